//! Tests how error statuses, invalid answers and timeouts map to failures, and which requests are never sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_plug::Failure;
use cordboard_plug::effect::OutboundFailure;
use cordboard_plug::testing::Script;
use support::api::*;

#[test]
fn a_sign_in_without_a_token_is_unavailable() {
    for answer in ["{}", "[]", r#"{"auth_token":null}"#, r#"{"message":"welcome"}"#, "<html>", ""] {
        let run = create(new().answer(200, answer), verified());
        assert!(matches!(run.result, Err(Failure::Unavailable(_))), "{answer}");
    }
}

#[test]
fn an_update_of_a_missing_conference_is_not_found() {
    let run = update(signed_in().answer(404, r#"{"message":"no such conference"}"#));
    sent(&run, "update");
    assert_eq!(run.result, Err(Failure::NotFound));
}

#[test]
fn each_error_status_maps_to_its_failure() {
    let outcome = |status, body: &str| create(signed_in().answer(status, body), verified()).result.unwrap_err();
    let invalid = |text: &str| Failure::Invalid(format!("iotum rejected conference/create: {text}"));
    for status in [400, 422, 409] {
        assert_eq!(outcome(status, r#"{"message":"start is\r\nin the past\u0007"}"#), invalid("start is  in the past"));
    }
    let endless = format!(r#"{{"message":"{}"}}"#, "x".repeat(5000));
    assert_eq!(outcome(400, &endless), invalid(&"x".repeat(200)));
    for silent in ["", "{}", r#"{"message":7}"#, r#"{"message":" "}"#, "<html>"] {
        assert!(matches!(outcome(400, silent), Failure::Invalid(why) if why.ends_with("gave no reason")), "{silent}");
    }
    assert_eq!(outcome(403, "{}"), Failure::CredentialsRejected);
    for status in [500, 502, 503, 302, 404, 408, 100] {
        let failure = outcome(status, r#"{"message":"x"}"#);
        assert!(matches!(&failure, Failure::Unavailable(why) if why.contains(&status.to_string())), "{failure:?}");
    }
}

#[test]
fn rate_limits_report_retry_after() {
    for (header, seconds) in [("30", Some(30)), (" 5 ", Some(5)), ("soon", None)] {
        let run = create(signed_in().answer_with(429, &[("retry-after", header)], ""), verified());
        sent(&run, "create");
        assert_eq!(run.result, Err(Failure::RateLimited(seconds)));
    }
    assert_eq!(create(new().answer(429, ""), verified()).result, Err(Failure::RateLimited(None)));
}

#[test]
fn an_outbound_failure_is_unavailable_and_a_create_is_not_retried() {
    for failure in [
        OutboundFailure::TimedOut,
        OutboundFailure::Unreachable,
        OutboundFailure::TooLarge,
        OutboundFailure::RefusedByPolicy,
    ] {
        let run = create(signed_in().fail(failure), verified());
        sent(&run, "create");
        assert!(matches!(run.result, Err(Failure::Unavailable(_))), "{failure:?}");
    }
}

#[test]
fn invalid_answers_are_unavailable() {
    let room = "https://app.portal.example.com/conf/call/1";
    for answer in [
        "".to_owned(),
        "null".to_owned(),
        "<html>".to_owned(),
        "[".repeat(10_000),
        format!(r#"{{"room_url":"{room}"}}"#),
        format!(r#"{{"conference_id":"","room_url":"{room}"}}"#),
        format!(r#"{{"conference_id":true,"room_url":"{room}"}}"#),
        format!(r#"{{"conference_id":"{}","room_url":"{room}"}}"#, "1".repeat(129)),
        r#"{"conference_id":1}"#.to_owned(),
        r#"{"conference_id":1,"room_url":""}"#.to_owned(),
        r#"{"conference_id":1,"room_url":"http://app.portal.example.com/1"}"#.to_owned(),
        r#"{"conference_id":1,"room_url":"javascript:alert(1)"}"#.to_owned(),
        r#"{"conference_id":1,"room_url":"https://a.example/\nModerator: x"}"#.to_owned(),
    ] {
        let run = create(signed_in().answer(200, &answer), verified());
        assert!(matches!(run.result, Err(Failure::Unavailable(_))), "{answer}");
    }
    for answer in ["{}", r#"{"hosts":[]}"#, "7", "x"] {
        let run = verify(signed_in().answer(200, answer), "ada@example.com");
        assert!(matches!(run.result, Err(Failure::Unavailable(_))), "{answer}");
    }
    let run = update(signed_in().answer(200, "<html>"));
    assert!(matches!(run.result, Err(Failure::Unavailable(_))));
}

#[test]
fn a_missing_setting_is_reported_before_anything_is_sent() {
    for (script, key) in [
        (Script::new().secret("email").secret("password"), "`host`"),
        (Script::new().setting("host", "a.example").secret("password"), "`email`"),
        (Script::new().setting("host", "a.example").secret("email"), "`password`"),
    ] {
        let run = create(script, verified());
        assert!(matches!(&run.result, Err(Failure::Invalid(why)) if why.contains(key)), "{:?}", run.result);
        assert_eq!(run.effects, []);
    }
}

#[test]
fn a_meeting_that_ends_before_it_starts_is_not_sent() {
    let mut meeting = verified();
    meeting.end = meeting.start - 1;
    let run = create(signed_in(), meeting);
    assert!(matches!(run.result, Err(Failure::Invalid(_))));
    assert_eq!(run.effects, []);
}
