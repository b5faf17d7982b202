//! Tests the plug's results without a host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_jitsi::Jitsi;
use cordboard_plug::manifest::UpdateMode;
use cordboard_plug::testing::Script;
use cordboard_plug::{Conference, Failure, Meeting, Person, Provider};
use proptest::prelude::*;

const RANDOM: &str = "000102030405060708090a0b0c0d0e0f";

fn meeting(topic: &str) -> Meeting {
    Meeting {
        topic: topic.to_owned(),
        start: 1_767_326_400_000,
        end: 1_767_330_000_000,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}

fn create(script: Script, topic: &str) -> Result<Conference, Failure> {
    let run = script.run(async |context| Jitsi::create(context, meeting(topic)).await).unwrap();
    assert!(run.effects.is_empty(), "creating a room requires no effects: {:?}", run.effects);
    run.result
}

fn refusal(script: Script) -> String {
    match create(script, "Weekly") {
        Err(Failure::Invalid(text)) => text,
        other => panic!("not rejected as invalid: {other:?}"),
    }
}

#[test]
fn a_room_is_random_on_the_public_server_by_default() {
    let conference = create(Script::new(), "Weekly").unwrap();
    assert_eq!(conference.id, RANDOM);
    assert_eq!(conference.join_url, format!("https://meet.jit.si/{RANDOM}"));
    assert_eq!(conference.details, format!("Join the video conference:\nhttps://meet.jit.si/{RANDOM}"));
}

#[test]
fn host_and_pattern_are_settings() {
    let script =
        Script::new().setting("host", "meet.example.org:8443/acme/").setting("room-pattern", "{topic}-{random}");
    let conference = create(script, "Weekly: plans & <b>?").unwrap();
    assert_eq!(conference.id, format!("weekly-plans-b-{RANDOM}"));
    assert_eq!(conference.join_url, format!("https://meet.example.org:8443/acme/weekly-plans-b-{RANDOM}"));
}

#[test]
fn a_guessable_pattern_is_rejected() {
    let text = refusal(Script::new().setting("room-pattern", "{topic}"));
    assert!(text.contains("`room-pattern`") && text.contains("add `{random}`"), "{text}");
}

#[test]
fn an_invalid_setting_is_rejected_by_name() {
    for pattern in ["a/{random}", "{random}?x", "{random} b", "ü{random}", "{user}{random}", "{random", "}{random}"] {
        let text = refusal(Script::new().setting("room-pattern", pattern));
        assert!(text.contains("`room-pattern`"), "{pattern}: {text}");
    }
    assert!(refusal(Script::new().setting("room-pattern", &"{random}".repeat(32))).contains("shorten"));
    let text = refusal(Script::new().setting("host", "https://user:s3cret@meet.example.org"));
    assert!(text.contains("`host`") && !text.contains("s3cret"), "{text}");
}

#[test]
fn an_update_keeps_the_room_and_a_delete_succeeds() {
    let current = Conference {
        id: "old".to_owned(),
        join_url: "https://meet.example.org/old".to_owned(),
        details: String::new(),
    };
    let update = |script: Script| {
        script.run(async |context| Jitsi::update(context, current.clone(), meeting("Moved")).await).unwrap().result
    };
    let updated = update(Script::new()).unwrap();
    assert_eq!((&updated.id, &updated.join_url), (&current.id, &current.join_url));
    assert_eq!(updated.details, "Join the video conference:\nhttps://meet.example.org/old");
    let deleted = Script::new().run(async |context| Jitsi::delete(context, current.clone()).await).unwrap();
    assert_eq!(deleted.result, Ok(()));
}

#[test]
fn every_user_is_accepted() {
    let run =
        Script::new().run(async |context| Jitsi::verify_user(context, "ada@example.com".to_owned()).await).unwrap();
    assert_eq!(run.result, Ok(Some("ada@example.com".to_owned())));
}

#[test]
fn the_description_lists_settings_and_capabilities() {
    let description = Jitsi::describe();
    assert_eq!(description.name, "jitsi");
    assert_eq!(description.capabilities.updates, UpdateMode::InPlace);
    assert!(description.capabilities.creates && description.capabilities.deletes);
    assert!(!description.capabilities.knows_users && description.capabilities.creates_with.is_empty());
    assert!(description.routes.is_empty() && description.outbound_hosts.is_empty());
    let settings: Vec<_> = description.settings.iter().map(|s| (s.key.as_str(), s.default_value.as_deref())).collect();
    assert_eq!(settings, [("host", Some("https://meet.jit.si")), ("room-pattern", Some("{random}"))]);
}

proptest! {
    #[test]
    fn any_topic_yields_a_link_that_needs_no_escaping(topic in any::<String>()) {
        let script = Script::new().setting("room-pattern", "{topic}.{random}");
        let conference = create(script, &topic).unwrap();
        prop_assert!(conference.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)));
        prop_assert!(conference.id.ends_with(RANDOM));
        prop_assert_eq!(conference.join_url, format!("https://meet.jit.si/{}", conference.id));
    }

    #[test]
    fn any_settings_yield_a_link_or_an_error(host in any::<String>(), pattern in any::<String>()) {
        let script = Script::new().setting("host", &host).setting("room-pattern", &pattern);
        match create(script, "Weekly") {
            Ok(conference) => prop_assert!(conference.join_url.is_ascii() && conference.id.contains(RANDOM)),
            Err(failure) => prop_assert!(matches!(failure, Failure::Invalid(_))),
        }
    }
}
