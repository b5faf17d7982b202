//! Tests the exact requests to the endpoint and the results of its answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_directory::Directory;
use cordboard_plug::testing::Script;
use cordboard_plug::{Failure, Telephony};
use support::*;

const FOUND: &str = r#"{"numbers":[{"number":"+18001231234","extension":"1","name":"Front desk"}]}"#;

#[test]
fn without_a_key_no_credentials_are_sent() {
    let run = ask(connected().answer(200, FOUND));
    assert_eq!(
        run.wire(),
        ["GET https://pbx.example.com/users/123/numbers\n\
          accept: application/json\n\
          idempotent\n\n"]
    );
    assert_eq!(run.result, Ok(vec![number("+18001231234", Some("1"), "Front desk")]));
}

#[test]
fn a_key_is_a_bearer_token() {
    for script in [connected(), connected().setting("key-header", "Authorization")] {
        assert_eq!(
            ask(script.secret("key").answer(200, FOUND)).wire(),
            ["GET https://pbx.example.com/users/123/numbers\n\
              accept: application/json\n\
              authorization: Bearer {secret:key}\n\
              idempotent\n\n"]
        );
    }
}

#[test]
fn a_custom_header_holds_the_key_verbatim() {
    let script = connected().secret("key").setting("key-header", "X-Api-Key").answer(200, FOUND);
    assert_eq!(
        ask(script).wire(),
        ["GET https://pbx.example.com/users/123/numbers\n\
          accept: application/json\n\
          x-api-key: {secret:key}\n\
          idempotent\n\n"]
    );
}

#[test]
fn the_largest_user_id_is_supported() {
    let script = Script::new().setting("url", "http://127.0.0.1:9000/?of={user-id}&again={user-id}").answer(404, "");
    let run = script.run(async |context| Directory::phone_numbers(context, u64::MAX.to_string()).await).unwrap();
    let first = "GET http://127.0.0.1:9000/?of=18446744073709551615&again=18446744073709551615\n";
    assert!(run.wire()[0].starts_with(first), "{}", run.wire()[0]);
    assert_eq!(run.result, Ok(Vec::new()));
}

#[test]
fn the_endpoints_order_is_kept() {
    let body = r#"{
        "user": {"id": 123, "name": "Ada"},
        "numbers": [
            {"number": "+41443334455", "name": "Zürich 会議", "site": ["CH"]},
            {"number": "+18001231234", "extension": "007", "name": "Front desk"},
            {"number": "+12", "extension": null, "name": null},
            {"number": "+41443334455"}
        ],
        "next": null
    }"#;
    let expected = vec![
        number("+41443334455", None, "Zürich 会議"),
        number("+18001231234", Some("007"), "Front desk"),
        number("+12", None, "+12"),
        number("+41443334455", None, "+41443334455"),
    ];
    assert_eq!(answered(200, body.as_bytes()), Ok(expected));
}

#[test]
fn an_extension_is_digits_in_a_string_or_a_number() {
    for (json, extension) in [
        (r#""1""#, Some("1")),
        (r#""0012""#, Some("0012")),
        ("12", Some("12")),
        ("0", Some("0")),
        ("12345678901234567890", Some("12345678901234567890")),
        ("null", None),
        (r#""""#, None),
    ] {
        let body = format!(r#"{{"numbers":[{{"number":"+18001231234","extension":{json}}}]}}"#);
        let expected = vec![number("+18001231234", extension, "+18001231234")];
        assert_eq!(answered(200, body.as_bytes()), Ok(expected), "{json}");
    }
}

#[test]
fn a_name_is_one_line_and_bounded() {
    let long = "é".repeat(5000);
    for (json, name) in [
        (r#""Front\r\ndesk\u0007""#.to_owned(), "Front  desk"),
        (r#"" Front desk ""#.to_owned(), "Front desk"),
        (r#""""#.to_owned(), "+18001231234"),
        (r#"" \n ""#.to_owned(), "+18001231234"),
        (format!("\"{long}\""), &*"é".repeat(200)),
    ] {
        let body = format!(r#"{{"numbers":[{{"number":"+18001231234","name":{json}}}]}}"#);
        assert_eq!(answered(200, body.as_bytes()), Ok(vec![number("+18001231234", None, name)]), "{json}");
    }
}

#[test]
fn a_user_may_have_no_numbers() {
    for (status, body) in [(404, ""), (404, "<html>no such page"), (404, FOUND), (204, ""), (200, r#"{"numbers":[]}"#)]
    {
        assert_eq!(answered(status, body.as_bytes()), Ok(Vec::new()), "{status} {body}");
    }
}

#[test]
fn a_hundred_numbers_are_accepted_and_more_are_rejected() {
    let body = |count: usize| format!(r#"{{"numbers":[{}]}}"#, vec![r#"{"number":"+18001231234"}"#; count].join(","));
    assert_eq!(answered(200, body(100).as_bytes()).unwrap().len(), 100);
    let why = unavailable(200, body(101).as_bytes());
    assert!(why.contains("101 items in `numbers`") && why.contains("at most 100"), "{why}");
}

#[test]
fn an_invalid_setting_is_rejected_before_anything_is_sent() {
    for (script, parts) in [
        (Script::new(), ["`url` is missing", "{user-id}"]),
        (Script::new().setting("url", "https://pbx.example.com/users"), ["`url`", "lacks `{user-id}`"]),
        (Script::new().setting("url", "pbx.example.com/{user-id}"), ["`url`", "`https://`"]),
        (Script::new().setting("url", "ftp://pbx.example.com/{user-id}"), ["`url`", "`https://`"]),
        (Script::new().setting("url", "https://ada:MARK@pbx.example.com/{user-id}"), ["`url`", "user before its host"]),
        (Script::new().setting("url", "https://{user-id}.example.com/"), ["`url`", "placeholder in its host"]),
        (connected().setting("key-header", "x api key"), ["`key-header`", "`x-api-key`"]),
        (connected().secret("key").setting("key-header", "MARK:"), ["`key-header`", "`authorization`"]),
    ] {
        let run = ask(script);
        let Err(Failure::Invalid(why)) = run.result else { panic!("{parts:?} was accepted") };
        assert!(parts.iter().all(|part| why.contains(part)) && !why.contains("MARK"), "{why}");
        assert_eq!(run.effects, []);
    }
}
