//! Tests decoding of the five documented bodies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{EXAMPLES, decode};
use cordboard_plug::{Change, Command, Meeting, NumbersQuery, Person, Rejection, UserQuery};
use serde_json::{Value, json};

fn meeting() -> Meeting {
    Meeting {
        topic: "A Test Meeting".to_owned(),
        start: 1_534_197_600_000,
        end: 1_534_201_200_000,
        user_id: "123".to_owned(),
        user: Person::Email("test.user@example.com".to_owned()),
        account_id: "123123".to_owned(),
        source: Some("MEETINGS".to_owned()),
    }
}

/// However HubSpot spells a number, the host gets one spelling of the id.
#[test]
fn ids_are_numbers_in_digits() {
    for (written, id) in [("7", "7"), ("7.0", "7"), ("7e0", "7"), ("18446744073709551615", "18446744073709551615")] {
        let body = format!("{{\"portalId\":{written},\"userEmail\":\"a@example.com\"}}");
        let query = UserQuery { account_id: id.to_owned(), email: "a@example.com".to_owned() };
        assert_eq!(decode("verify-user", &body), Ok(Command::VerifyUser(query)), "{written}");
    }
    for wrong in ["\"7\"", "-7", "7.5", "18446744073709551616", "true", "[7]"] {
        let body = format!("{{\"portalId\":{wrong},\"userEmail\":\"a@example.com\"}}");
        let Err(Rejection::Malformed(why)) = decode("verify-user", &body) else { panic!("{wrong}") };
        assert!(why.contains("`portalId`") && why.ends_with("HubSpot documents a whole number"), "{why}");
    }
}

#[test]
fn the_documented_examples_become_commands() {
    let change = Change {
        conference_id: "some-unique-id".to_owned(),
        meeting: Meeting { topic: "A Test Meeting (updated)".to_owned(), source: None, ..meeting() },
    };
    let user = UserQuery { account_id: "123123".to_owned(), email: "test.user@example.com".to_owned() };
    let numbers =
        NumbersQuery { app_id: "54321".to_owned(), account_id: "123123".to_owned(), user_id: "123".to_owned() };
    let commands = [
        Command::Create(meeting()),
        Command::Update(change),
        Command::Delete("some-unique-id".to_owned()),
        Command::VerifyUser(user),
        Command::PhoneNumbers(numbers),
    ];
    for ((route, body), command) in EXAMPLES.into_iter().zip(commands) {
        assert_eq!(decode(route, body), Ok(command), "{route}");
    }
}

/// Decodes the documented create with one field changed.
fn create_with(field: &str, value: Value) -> Result<Meeting, Rejection> {
    let mut body: Value = serde_json::from_str(EXAMPLES[0].1).unwrap();
    body[field] = value;
    match decode("create-meeting", body.to_string())? {
        Command::Create(meeting) => Ok(meeting),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_user_may_be_the_id_that_verify_user_returned() {
    let id = "u-7f3a".to_owned();
    assert_eq!(create_with("userEmail", json!(id)), Ok(Meeting { user: Person::Email(id), ..meeting() }));
}

#[test]
fn texts_stay_as_they_are() {
    for topic in ["", " ", "Zoë & \u{1f4de} “quoted” \\ \"\n\t", "\u{0}", "<script>"] {
        assert_eq!(create_with("topic", json!(topic)).unwrap().topic, topic);
    }
    let escaped = EXAMPLES[0].1.replace("A Test Meeting", r"\ud83d\udcde \u00e9\/");
    let Ok(Command::Create(meeting)) = decode("create-meeting", escaped) else { panic!("rejected") };
    assert_eq!(meeting.topic, "\u{1f4de} é/");
}

#[test]
fn source_may_be_missing_null_or_unknown() {
    assert_eq!(create_with("source", json!("MANUAL")).unwrap().source.as_deref(), Some("MANUAL"));
    assert_eq!(create_with("source", json!("A_LATER_ONE")).unwrap().source.as_deref(), Some("A_LATER_ONE"));
    assert_eq!(create_with("source", Value::Null).unwrap().source, None);
    let without = EXAMPLES[0].1.replace("  \"source\": \"MEETINGS\",\n", "");
    assert_ne!(without, EXAMPLES[0].1);
    assert_eq!(decode("create-meeting", without), Ok(Command::Create(Meeting { source: None, ..meeting() })));
}

#[test]
fn unknown_fields_are_ignored_at_any_depth() {
    let depth = 100_000;
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    for (route, body) in EXAMPLES {
        for unknown in ["null", "1e400", r#"{"portalId":"x"}"#, r#""\ud800""#, &deep] {
            let more = body.replacen('{', &format!(r#"{{"accountName":{unknown},"":0,"":1,"#), 1);
            assert_eq!(decode(route, &more), decode(route, body), "{route}");
            assert!(decode(route, &more).is_ok());
        }
    }
}

#[test]
fn numbers_are_read_exactly_in_every_notation() {
    let start = |text: &str| {
        let body = EXAMPLES[0].1.replace("1534197600000", text);
        let Ok(Command::Create(meeting)) = decode("create-meeting", body) else { panic!("{text} was rejected") };
        meeting.start
    };
    assert_eq!(start("1534197600000.0"), 1_534_197_600_000);
    assert_eq!(start("1.5341976E12"), 1_534_197_600_000);
    assert_eq!(start("9007199254740993"), 9_007_199_254_740_993);
    assert_eq!(start("18446744073709551615"), u64::MAX);
    assert_eq!(start("0"), 0);
}

#[test]
fn a_meeting_that_ends_before_it_starts_is_decoded() {
    assert_eq!(create_with("endTime", json!(1)).unwrap().end, 1);
}

#[test]
fn an_undeclared_route_is_unsupported() {
    assert!(matches!(decode("fetch-accounts", "{}"), Err(Rejection::Unsupported(_))));
}
