//! What refusals, garbled answers and silence mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_plug::Failure;
use cordboard_plug::effect::OutboundFailure;
use support::*;

/// Stands in every answer here, and must stand in no sentence.
const MARK: &str = "SECRET-OF-THE-ANSWER";

fn refusal(status: u16) -> Failure {
    let body = format!(r#"{{"numbers":[{{"number":"+18001231234"}}],"message":"{MARK}"}}"#);
    let headers = [("retry-after", "30"), ("location", "https://evil.example/?SECRET-OF-THE-ANSWER")];
    ask(connected().secret("key").answer_with(status, &headers, &body)).result.unwrap_err()
}

#[test]
fn the_operator_or_time_must_help() {
    assert_eq!(refusal(401), Failure::CredentialsRejected);
    assert_eq!(refusal(403), Failure::CredentialsRejected);
    assert_eq!(refusal(429), Failure::RateLimited(Some(30)));
}

#[test]
fn a_question_that_is_refused_is_invalid() {
    for status in [400, 422] {
        let Failure::Invalid(why) = refusal(status) else { panic!("{status}") };
        assert!(why.contains(&format!("refuses to look this user up ({status})")), "{why}");
        assert!(why.contains("check the setting `url`") && !why.contains(MARK), "{why}");
    }
}

#[test]
fn any_other_status_is_unavailable_and_names_its_mend() {
    let elsewhere = "a redirect, which is not followed: set `url` to the address that it leads to";
    let not_of_the_user = "which says nothing of the user: check the setting `url`";
    let its_own = "an error of its own: find out why in its log";
    let no_answer = "let it be 200 with the numbers, or 404";
    for (status, fix) in [
        (301, elsewhere),
        (302, elsewhere),
        (304, elsewhere),
        (307, elsewhere),
        (308, elsewhere),
        (402, not_of_the_user),
        (405, not_of_the_user),
        (406, not_of_the_user),
        (408, not_of_the_user),
        (410, not_of_the_user),
        (499, not_of_the_user),
        (500, its_own),
        (502, its_own),
        (503, its_own),
        (599, its_own),
        (100, no_answer),
        (201, no_answer),
        (202, no_answer),
        (206, no_answer),
    ] {
        let Failure::Unavailable(why) = refusal(status) else { panic!("{status}") };
        assert!(why.starts_with(&format!("the directory answered {status}, ")), "{why}");
        assert!(why.contains(fix) && !why.contains(MARK), "{why}");
    }
}

#[test]
fn how_long_to_wait_is_told_where_it_is_a_number() {
    for (header, seconds) in [("30", Some(30)), (" 5 ", Some(5)), ("Fri, 02 Jan 2026 03:04:05 GMT", None), ("-1", None)]
    {
        let run = ask(connected().answer_with(429, &[("retry-after", header)], ""));
        assert_eq!(run.result, Err(Failure::RateLimited(seconds)), "{header}");
    }
    assert_eq!(answered(429, b""), Err(Failure::RateLimited(None)));
}

#[test]
fn no_answer_is_told_as_the_host_tells_it() {
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
fn what_is_not_json_is_told_by_where_it_breaks_off() {
    for (body, part) in [
        ("", "it ends too early at line 1"),
        ("<html>SECRET-OF-THE-ANSWER</html>", "at line 1, column 1"),
        (r#"{"numbers":[{"number":"SECRET-OF-THE-ANSWER"}"#, "it ends too early"),
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
fn an_answer_without_a_list_is_told() {
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
fn a_wrong_member_is_told_by_its_place() {
    for (entry, place) in [
        ("null", "`numbers[2]` is not an object"),
        (r#""+18001231234""#, "`numbers[2]` is not an object"),
        (r#"["+18001231234"]"#, "`numbers[2]` is not an object"),
        ("{}", "`numbers[2].number` is not a number in E.164"),
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
