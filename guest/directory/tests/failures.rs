//! Tests how error statuses, invalid answers and timeouts map to failures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_plug::Failure;
use cordboard_plug::effect::OutboundFailure;
use support::*;

/// Occurs in every answer here, and must not occur in any message.
const MARK: &str = "SECRET-OF-THE-ANSWER";

fn refusal(status: u16) -> Failure {
    let body = format!(r#"{{"numbers":[{{"number":"+18001231234"}}],"message":"{MARK}"}}"#);
    let headers = [("retry-after", "30"), ("location", "https://evil.example/?SECRET-OF-THE-ANSWER")];
    ask(connected().secret("key").answer_with(status, &headers, &body)).result.unwrap_err()
}

#[test]
fn rejected_credentials_and_rate_limits_have_their_own_failures() {
    assert_eq!(refusal(401), Failure::CredentialsRejected);
    assert_eq!(refusal(403), Failure::CredentialsRejected);
    assert_eq!(refusal(429), Failure::RateLimited(Some(30)));
}

#[test]
fn a_rejected_request_is_invalid() {
    for status in [400, 422] {
        let Failure::Invalid(why) = refusal(status) else { panic!("{status}") };
        assert!(why.contains(&format!("rejected the request for this user ({status})")), "{why}");
        assert!(why.contains("check the setting `url`") && !why.contains(MARK), "{why}");
    }
}

#[test]
fn any_other_status_is_unavailable_and_names_its_fix() {
    let redirect = "a redirect, which is not followed: set `url` to the target of the redirect";
    let client_error = "which does not mean that the user has no numbers: check the setting `url`";
    let server_error = "an internal error: see its log for the reason";
    let unexpected = "it must answer 200 with the numbers, or 404";
    for (status, fix) in [
        (301, redirect),
        (302, redirect),
        (304, redirect),
        (307, redirect),
        (308, redirect),
        (402, client_error),
        (405, client_error),
        (406, client_error),
        (408, client_error),
        (410, client_error),
        (499, client_error),
        (500, server_error),
        (502, server_error),
        (503, server_error),
        (599, server_error),
        (100, unexpected),
        (201, unexpected),
        (202, unexpected),
        (206, unexpected),
    ] {
        let Failure::Unavailable(why) = refusal(status) else { panic!("{status}") };
        assert!(why.starts_with(&format!("the directory answered {status}, ")), "{why}");
        assert!(why.contains(fix) && !why.contains(MARK), "{why}");
    }
}

#[test]
fn retry_after_is_read_if_it_is_a_number_of_seconds() {
    for (header, seconds) in [("30", Some(30)), (" 5 ", Some(5)), ("Fri, 02 Jan 2026 03:04:05 GMT", None), ("-1", None)]
    {
        let run = ask(connected().answer_with(429, &[("retry-after", header)], ""));
        assert_eq!(run.result, Err(Failure::RateLimited(seconds)), "{header}");
    }
    assert_eq!(answered(429, b""), Err(Failure::RateLimited(None)));
}

#[test]
fn an_outbound_failure_is_unavailable_with_its_reason() {
    for (failure, part) in [
        (OutboundFailure::RefusedByPolicy, "the connection's `outbound`"),
        (OutboundFailure::Unreachable, "cannot be reached"),
        (OutboundFailure::TimedOut, "did not answer in time"),
        (OutboundFailure::TooLarge, "too long"),
    ] {
        let run = ask(connected().fail(failure));
        assert!(matches!(&run.result, Err(Failure::Unavailable(why)) if why.contains(part)), "{:?}", run.result);
    }
}

#[test]
fn a_body_that_is_not_json_is_reported_by_position() {
    for (body, part) in [
        ("", "unexpected end at line 1"),
        ("<html>SECRET-OF-THE-ANSWER</html>", "at line 1, column 1"),
        (r#"{"numbers":[{"number":"SECRET-OF-THE-ANSWER"}"#, "unexpected end"),
        ("SECRET-OF-THE-ANSWER", "at line 1, column 1"),
        ("\u{feff}{\"numbers\":[]}", "at line 1, column 1"),
        (r#"{"numbers":[]} SECRET-OF-THE-ANSWER"#, "at line 1, column 16"),
    ] {
        let why = unavailable(200, body.as_bytes());
        assert!(why.contains("200, but the body is not JSON") && why.contains(part), "{why}");
        assert!(why.contains(r#"`{"numbers":[…]}`"#) && !why.contains(MARK), "{why}");
    }
}

#[test]
fn an_answer_without_a_list_is_reported() {
    for body in [
        "{}",
        "null",
        "7",
        r#""SECRET-OF-THE-ANSWER""#,
        r#"[{"number":"+18001231234"}]"#,
        r#"{"Numbers":[]}"#,
        r#"{"numbers":null}"#,
        r#"{"numbers":{"number":"+18001231234"}}"#,
        r#"{"numbers":"[]"}"#,
        r#"{"numbers":"SECRET-OF-THE-ANSWER"}"#,
        r#"{"data":{"numbers":[]}}"#,
    ] {
        let why = unavailable(200, body.as_bytes());
        assert!(why.contains("has no list `numbers`") && !why.contains(MARK), "{body}: {why}");
    }
}

#[test]
fn an_invalid_member_is_reported_by_position() {
    for (entry, place) in [
        ("null", "`numbers[2]` is not an object"),
        (r#""+18001231234""#, "`numbers[2]` is not an object"),
        (r#"["+18001231234"]"#, "`numbers[2]` is not an object"),
        ("{}", "`numbers[2].number` is not an E.164 number"),
        (r#"{"number":null}"#, "`numbers[2].number` is"),
        (r#"{"number":18001231234}"#, "`numbers[2].number` is"),
        (r#"{"number":"SECRET-OF-THE-ANSWER"}"#, "`numbers[2].number` is"),
        (r#"{"number":"18001231234"}"#, "`numbers[2].number` is"),
        (r#"{"number":"+1 800 123 1234"}"#, "`numbers[2].number` is"),
        (r#"{"number":" +18001231234"}"#, "`numbers[2].number` is"),
        (r#"{"number":"+08001231234"}"#, "`numbers[2].number` is"),
        (r#"{"number":"+1234567890123456"}"#, "`numbers[2].number` is"),
        (r#"{"number":["+18001231234"]}"#, "`numbers[2].number` is"),
        (r#"{"number":"+18001231234","extension":"SECRET-OF-THE-ANSWER"}"#, "`numbers[2].extension` is not 1 to 20"),
        (r#"{"number":"+18001231234","extension":"1 2"}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":"١"}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":"123456789012345678901"}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":123456789012345678901}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":-1}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":1.0}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":1e2}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":true}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","extension":{}}"#, "`numbers[2].extension` is"),
        (r#"{"number":"+18001231234","name":7}"#, "`numbers[2].name` is not a string"),
        (r#"{"number":"+18001231234","name":["SECRET-OF-THE-ANSWER"]}"#, "`numbers[2].name` is not a string"),
    ] {
        let right = r#"{"number":"+18001231234"}"#;
        let why = unavailable(200, format!(r#"{{"numbers":[{right},{right},{entry},{right}]}}"#).as_bytes());
        assert!(why.contains(place) && !why.contains(MARK), "{entry}: {why}");
        assert!(why.contains("write ") && why.chars().count() < 300, "no fix, or too long: {why}");
    }
}
