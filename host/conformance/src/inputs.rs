//! Inputs for operations, plain and unusual.

use cordboard::contract::conference::{Conference, Meeting, Person};
use cordboard::contract::crm::{Created, Outcome};
use cordboard::contract::effect::Failure;
use cordboard::contract::telephone::PhoneNumber;
use cordboard_core::MAX_CRM_ID;

/// The e-mail address of the user who books.
pub(super) const EMAIL: &str = "ada@acme.example";

/// A plain meeting.
pub(super) fn meeting() -> Meeting {
    Meeting {
        topic: "Plans".to_owned(),
        start: 1_767_326_400_000,
        end: 1_767_330_000_000,
        user_id: "123".to_owned(),
        user: Person::Email(EMAIL.to_owned()),
        account_id: "123123".to_owned(),
        source: Some("MEETINGS".to_owned()),
    }
}

/// The plain meeting with a new title, an hour later.
pub(super) fn rescheduled_meeting() -> Meeting {
    let hour = 3_600_000;
    let plain = meeting();
    Meeting { topic: "New plans".to_owned(), start: plain.start + hour, end: plain.end + hour, source: None, ..plain }
}

/// A conference that a provider might have created.
pub(super) fn conference() -> Conference {
    Conference {
        id: "room-7".to_owned(),
        join_url: "https://rooms.example.org/room-7".to_owned(),
        details: "Join: https://rooms.example.org/room-7".to_owned(),
    }
}

/// Unusual meetings that a CRM may nevertheless send, each with a description.
pub(super) fn unusual_meetings() -> Vec<(&'static str, Meeting)> {
    let plain = meeting();
    let titled = |topic: &str| Meeting { topic: topic.to_owned(), ..plain.clone() };
    let with_ids = |user_id: &str, account_id: &str| Meeting {
        user_id: user_id.to_owned(),
        account_id: account_id.to_owned(),
        ..plain.clone()
    };
    let longest = "x".repeat(MAX_CRM_ID);
    let by = |user: Person| Meeting { user, ..plain.clone() };
    vec![
        ("no title", titled("")),
        ("a title of white space", titled(" \t ")),
        ("a title of 10000 letters", titled(&"é".repeat(10_000))),
        ("a title with quotes, line breaks and NUL", titled("\"a\\b\"\r\n\u{0}\u{1b}[31m</script>")),
        ("a title in several scripts", titled("Grüße 日本 👩‍👩‍👧 \u{202e}abc")),
        ("an end before its start", Meeting { start: plain.end, end: plain.start, ..plain.clone() }),
        ("the earliest times", Meeting { start: 0, end: 0, ..plain.clone() }),
        ("the latest times", Meeting { start: u64::MAX - 1, end: u64::MAX, ..plain.clone() }),
        ("the largest numbers as ids", with_ids("18446744073709551615", "18446744073709551615")),
        ("ids that are not numbers", with_ids("005Dn000001WXyzIAG", "org@a.b_c~d-e")),
        ("the longest ids", with_ids(&longest, &longest)),
        ("no e-mail address", by(Person::Email(String::new()))),
        ("an invalid e-mail address", by(Person::Email("\"\r\n<@".to_owned()))),
        ("a verified user", by(Person::Verified("501".to_owned()))),
        ("a verified user with an unusual id", by(Person::Verified("\"é/../\n".to_owned()))),
    ]
}

/// All outcomes of commands, with unusual texts, and the statuses of their answers, in which `x` is any digit.
pub(super) fn outcomes() -> Vec<(&'static str, Outcome)> {
    let text = || "no \"such\"\r\nthing \u{1b} Grüße 日本".to_owned();
    let number =
        PhoneNumber { e164: "+18001231234".to_owned(), extension: Some("1".to_owned()), friendly_name: text() };
    let created = Created { id: "0".repeat(32), conference: Conference { details: text(), ..conference() } };
    let failed = |statuses, failure| (statuses, Outcome::Failed(failure));
    vec![
        ("2xx", Outcome::Created(created)),
        ("2xx", Outcome::Updated),
        ("2xx", Outcome::Deleted),
        ("2xx", Outcome::User(Some(text()))),
        // "No such user" may be either.
        ("2xx or 4xx", Outcome::User(None)),
        ("2xx", Outcome::PhoneNumbers(Vec::new())),
        ("2xx", Outcome::PhoneNumbers(vec![number; 100])),
        failed("4xx", Failure::NotFound),
        failed("4xx or 5xx", Failure::Unsupported),
        failed("4xx", Failure::Invalid(text())),
        failed("5xx", Failure::CredentialsRejected),
        failed("429 or 503", Failure::RateLimited(Some(17))),
        failed("429 or 503", Failure::RateLimited(None)),
        failed("5xx", Failure::Unavailable("x".repeat(100_000))),
    ]
}
