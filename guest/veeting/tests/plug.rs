//! Tests the plug's description and its conferences.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_plug::core::signature_scheme::faults;
use cordboard_plug::manifest::{Authenticity, IfUnset, Secrecy, UpdateMode};
use cordboard_plug::testing::Script;
use cordboard_plug::{Conference, Failure, Meeting, Person, Provider};
use cordboard_veeting::Veeting;

const RANDOM: &str = "000102030405060708090a0b0c0d0e0f";

fn meeting() -> Meeting {
    Meeting {
        topic: "Weekly & more".to_owned(),
        start: 1_767_326_400_000,
        end: 1_767_330_000_000,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}

fn create(script: Script) -> Result<Conference, Failure> {
    let run = script.run(async |context| Veeting::create(context, meeting()).await).unwrap();
    assert!(run.effects.is_empty());
    run.result
}

fn update(script: Script, current: &Conference) -> Result<Conference, Failure> {
    script.run(async |context| Veeting::update(context, current.clone(), meeting()).await).unwrap().result
}

#[test]
fn each_webhook_has_a_route_and_an_optional_key() {
    let description = Veeting::describe();
    let names: Vec<_> = description.routes.iter().map(|route| route.name.as_str()).collect();
    let hooks = [
        "onMeetingScheduled",
        "onMeetingUpdated",
        "onMeetingClosed",
        "onMeetingDeleted",
        "onMeetingSummaryCreated",
        "onMeetingRecordingCreated",
    ];
    assert_eq!(names, hooks);
    for route in &description.routes {
        assert_eq!(route.methods, ["POST", "PUT"]);
        assert_eq!(route.authenticity, Authenticity::SharedSecret("x-api-key".to_owned()));
        assert_eq!(route.secrets, [format!("api-key-{}", route.name), "api-key".to_owned()]);
        assert_eq!(route.if_unset, IfUnset::Accept);
        assert!(route.headers.is_empty() && route.media_types.is_empty() && !route.summary.is_empty());
        assert_eq!(faults(route), Vec::<String>::new());
        for secret in &route.secrets {
            let setting = description.settings.iter().find(|setting| setting.key == *secret).unwrap();
            assert_eq!((setting.secrecy, setting.required), (Secrecy::Inbound, false));
        }
    }
}

#[test]
fn conferences_require_a_room_url() {
    let description = Veeting::describe();
    assert_eq!(description.name, "veeting");
    let capabilities = &description.capabilities;
    assert!(capabilities.creates && !capabilities.deletes && !capabilities.knows_users);
    assert_eq!(capabilities.creates_with, ["room-url"]);
    assert_eq!(capabilities.updates, UpdateMode::InPlace);
    assert!(description.outbound_hosts.is_empty());
    let setting = description.settings.iter().find(|setting| setting.key == "room-url").unwrap();
    assert_eq!((setting.secrecy, setting.required, &setting.default_value), (Secrecy::Open, false, &None));
    assert_eq!(create(Script::new()), Err(Failure::Unsupported));
}

#[test]
fn a_room_url_expands_to_links() {
    let conference =
        create(Script::new().setting("room-url", "https://rooms.example.com/{topic}?m={random}#x")).unwrap();
    assert_eq!(conference.id, RANDOM);
    assert_eq!(conference.join_url, format!("https://rooms.example.com/weekly-more?m={RANDOM}#x"));
    assert_eq!(conference.details, format!("Join the video conference:\n{}", conference.join_url));
    let permanent = create(Script::new().setting("room-url", "https://rooms.example.com/acme")).unwrap();
    assert_eq!((permanent.id.as_str(), permanent.join_url.as_str()), (RANDOM, "https://rooms.example.com/acme"));
}

#[test]
fn an_invalid_room_url_is_rejected_by_name() {
    for url in [
        "",
        "rooms.example.com/{random}",
        "javascript:alert(1)//{random}",
        "https://",
        "https:///{random}",
        "https://:443/{random}",
        "https://user:s3cret@rooms.example.com/{random}",
        "https://rooms.example.com/{random}\nx",
        "https://rooms.example.com/<{random}>",
        "https://rooms.example.com/ü",
        "https://rooms.example.com/{room}",
        "https://rooms.example.com/{random",
        "https://rooms.example.com/}",
        &format!("https://rooms.example.com/{}", "a".repeat(2_000)),
    ] {
        match create(Script::new().setting("room-url", url)) {
            Err(Failure::Invalid(text)) => assert!(text.contains("`room-url`") && !text.contains("s3cret"), "{text}"),
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn an_update_keeps_the_link_and_a_delete_is_unsupported() {
    let join_url = "https://rooms.example.com/old".to_owned();
    let current = Conference { id: "old".to_owned(), join_url, details: String::new() };
    let updated = update(Script::new().setting("room-url", "https://rooms.example.com/new"), &current).unwrap();
    assert_eq!((&updated.id, &updated.join_url), (&current.id, &current.join_url));
    assert_eq!(updated.details, "Join the video conference:\nhttps://rooms.example.com/old");
    assert_eq!(update(Script::new(), &current), Err(Failure::Unsupported));
    let deleted = Script::new().run(async |context| Veeting::delete(context, current.clone()).await).unwrap();
    assert_eq!(deleted.result, Err(Failure::Unsupported));
}

#[test]
fn every_user_is_accepted() {
    let run =
        Script::new().run(async |context| Veeting::verify_user(context, "ada@example.com".to_owned()).await).unwrap();
    assert_eq!(run.result, Ok(Some("ada@example.com".to_owned())));
}
