//! Tests the requests to HubSpot's settings APIs and the results of its responses, without a host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_hubspot::HubSpot;
use cordboard_plug::effect::OutboundFailure;
use cordboard_plug::testing::{Script, ScriptRun};
use cordboard_plug::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, CrmSettings, ErrorResponse, SettingsError,
    VideoConferencing,
};

const APP: u32 = 54_321;
const VIDEO: &str = "https://api.hubapi.com/crm/v3/extensions/videoconferencing/settings/54321";
const CHANNEL: &str = "https://api.hubapi.com/crm/v3/extensions/calling/54321/settings/channel-connection";
const STATE: &str =
    r#"{"url":"https://a.example/numbers","isReady":true,"createdAt":"2024-04-30 12:01","updatedAt":null}"#;

fn with_key() -> Script {
    Script::new().secret("developer-api-key")
}

fn addresses() -> VideoConferencing {
    VideoConferencing {
        create_meeting_url: "https://a.example/create".to_owned(),
        update_meeting_url: Some("https://a.example/update".to_owned()),
        delete_meeting_url: None,
        user_verify_url: Some("https://a.example/verify".to_owned()),
        fetch_accounts_uri: Some("https://a.example/accounts".to_owned()),
    }
}

fn get_video(script: Script) -> ScriptRun<VideoConferencing, SettingsError> {
    script.run(async |context| HubSpot::get_video_conferencing(context, APP).await).unwrap()
}

fn set_video(script: Script, settings: &VideoConferencing) -> ScriptRun<VideoConferencing, SettingsError> {
    script.run(async |context| HubSpot::set_video_conferencing(context, APP, settings.clone()).await).unwrap()
}

fn create_channel(script: Script, url: &str) -> ScriptRun<ChannelConnectionState, SettingsError> {
    let settings = ChannelConnection { url: url.to_owned(), is_ready: false };
    script.run(async |context| HubSpot::create_channel_connection(context, APP, settings.clone()).await).unwrap()
}

fn update_channel(script: Script, patch: &ChannelConnectionPatch) -> ScriptRun<ChannelConnectionState, SettingsError> {
    script.run(async |context| HubSpot::update_channel_connection(context, APP, patch.clone()).await).unwrap()
}

#[test]
fn video_conferencing_is_read_replaced_and_deleted() {
    let answer = r#"{"createMeetingUrl":"https://a.example/create","updateMeetingUrl":"https://a.example/update",
        "deleteMeetingUrl":null,"userVerifyUrl":"https://a.example/verify","fetchAccountsUri":"https://a.example/accounts",
        "somethingNew":1}"#;
    let read = get_video(with_key().answer(200, answer));
    let key = "?hapikey={secret:developer-api-key}";
    assert_eq!(read.wire(), [format!("GET {VIDEO}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(read.result.unwrap(), addresses(), "null counts as absent");

    let replaced = set_video(with_key().answer(200, answer), &addresses());
    let body = r#"{"createMeetingUrl":"https://a.example/create","updateMeetingUrl":"https://a.example/update","userVerifyUrl":"https://a.example/verify","fetchAccountsUri":"https://a.example/accounts"}"#;
    let head = "accept: application/json\ncontent-type: application/json\nidempotent\n\n";
    assert_eq!(replaced.wire(), [format!("PUT {VIDEO}{key}\n{head}{body}")], "absent fields are omitted");
    assert_eq!(replaced.result.unwrap(), addresses());

    let removed = with_key().answer_with(204, &[], "");
    let removed = removed.run(async |context| HubSpot::delete_video_conferencing(context, APP).await).unwrap();
    assert_eq!(removed.wire(), [format!("DELETE {VIDEO}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(removed.result, Ok(()));
}

#[test]
fn the_channel_connection_is_created_read_updated_and_deleted() {
    let key = "?hapikey={secret:developer-api-key}";
    let head = "accept: application/json\ncontent-type: application/json\n";
    let made = create_channel(with_key().answer(200, STATE), "https://a.example/numbers");
    let body = r#"{"url":"https://a.example/numbers","isReady":false}"#;
    assert_eq!(made.wire(), [format!("POST {CHANNEL}{key}\n{head}\n{body}")], "a create is not idempotent");
    let state = ChannelConnectionState {
        url: "https://a.example/numbers".to_owned(),
        is_ready: true,
        created_at: Some("2024-04-30 12:01".to_owned()),
        updated_at: None,
    };
    assert_eq!(made.result, Ok(state.clone()));

    let script = with_key().answer(200, STATE);
    let read = script.run(async |context| HubSpot::get_channel_connection(context, APP).await).unwrap();
    assert_eq!(read.wire(), [format!("GET {CHANNEL}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(read.result, Ok(state.clone()));

    let ready = ChannelConnectionPatch { url: None, is_ready: Some(true) };
    let changed = update_channel(with_key().answer(200, STATE), &ready);
    assert_eq!(changed.wire(), [format!("PATCH {CHANNEL}{key}\n{head}idempotent\n\n{{\"isReady\":true}}")]);
    assert_eq!(changed.result, Ok(state));

    let script = with_key().answer_with(204, &[], "");
    let removed = script.run(async |context| HubSpot::delete_channel_connection(context, APP).await).unwrap();
    assert_eq!(removed.wire(), [format!("DELETE {CHANNEL}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(removed.result, Ok(()));
}

#[test]
fn a_token_is_sent_as_bearer_without_the_key() {
    let script = with_key().secret("developer-access-token").answer(404, "{}");
    let expected = format!(
        "GET {VIDEO}\naccept: application/json\nauthorization: Bearer {{secret:developer-access-token}}\nidempotent\n\n"
    );
    assert_eq!(get_video(script).wire(), [expected]);
}

#[test]
fn address_and_version_are_settings() {
    for version in ["2025-09", "2026-03", "2026-09"] {
        let script = || with_key().setting("api-url", "http://127.0.0.1:4000/").setting("api-version", version);
        let video = get_video(script().answer(404, "{}")).wire().concat();
        let path = format!("http://127.0.0.1:4000/crm/extensions/videoconferencing/{version}/settings/54321?");
        assert!(video.starts_with(&format!("GET {path}")), "{video}");
        let channel = create_channel(script().answer(404, "{}"), "https://a.example").wire().concat();
        let path = format!("http://127.0.0.1:4000/crm/extensions/calling/{version}/54321/settings/channel-connection?");
        assert!(channel.starts_with(&format!("POST {path}")), "{channel}");
    }
}

/// Each case is rejected with a message that contains this text, and nothing is sent.
#[test]
fn invalid_settings_are_rejected_before_anything_is_sent() {
    let with = |change: fn(&mut VideoConferencing)| {
        let mut settings = addresses();
        change(&mut settings);
        settings
    };
    let plain = "http://a.example".to_owned();
    let video = |script: Script, settings: VideoConferencing| {
        let run = set_video(script, &settings);
        (run.wire(), run.result.unwrap_err())
    };
    let patched = |patch: ChannelConnectionPatch| {
        let run = update_channel(with_key(), &patch);
        (run.wire(), run.result.unwrap_err())
    };
    let created = create_channel(with_key(), &plain);
    let cases = [
        ("`createMeetingUrl`", video(with_key(), with(|one| one.create_meeting_url = "http://a.example".to_owned()))),
        ("`updateMeetingUrl`", video(with_key(), with(|one| one.update_meeting_url = Some(String::new())))),
        ("`deleteMeetingUrl`", video(with_key(), with(|one| one.delete_meeting_url = Some("a.example".to_owned())))),
        ("`userVerifyUrl`", video(with_key(), with(|one| one.user_verify_url = Some("https://".to_owned())))),
        ("`fetchAccountsUri`", video(with_key(), with(|one| one.fetch_accounts_uri = Some("ftp://a".to_owned())))),
        ("`url`", (created.wire(), created.result.unwrap_err())),
        ("`url`", patched(ChannelConnectionPatch { url: Some(plain.clone()), is_ready: None })),
        ("`isReady`", patched(ChannelConnectionPatch { url: None, is_ready: None })),
        ("`developer-api-key`", video(Script::new(), addresses())),
        ("`api-version`", video(with_key().setting("api-version", "v4"), addresses())),
        ("`api-url`", video(with_key().setting("api-url", "hubspot"), addresses())),
    ];
    for (named, (wire, error)) in cases {
        let SettingsError::Invalid(sentence) = error else { panic!("{named}: {error:?}") };
        assert!(sentence.contains(named), "{named}: {sentence}");
        assert_eq!(wire, [""; 0], "{named}");
    }
}

fn error_response(status: u16, category: &str, message: &str, correlation_id: Option<&str>) -> ErrorResponse {
    ErrorResponse {
        status,
        category: category.to_owned(),
        message: message.to_owned(),
        correlation_id: correlation_id.map(str::to_owned),
    }
}

#[test]
fn each_error_response_maps_to_its_error() {
    let body = r#"{"status":"error","message":"Authentication credentials not found.","correlationId":"aaaa-1","category":"INVALID_AUTHENTICATION"}"#;
    let words = |status| {
        error_response(status, "INVALID_AUTHENTICATION", "Authentication credentials not found.", Some("aaaa-1"))
    };
    let old = r#"{"status":"error","message":"Writes only accepted on api.hubspot.com","correlationId":"b"}"#;
    let unavailable = |part: &'static str| move |error: &SettingsError| matches!(error, SettingsError::Unavailable(sentence) if sentence.contains(part));
    type Check = Box<dyn Fn(&SettingsError) -> bool>;
    let is = |expected: SettingsError| -> Check { Box::new(move |error| *error == expected) };
    let cases: Vec<(Script, Check)> = vec![
        (with_key().answer(401, body), is(SettingsError::Unauthorized(words(401)))),
        (with_key().answer(403, body), is(SettingsError::Unauthorized(words(403)))),
        (with_key().answer(401, "<html>"), is(SettingsError::Unauthorized(error_response(401, "", "", None)))),
        (with_key().answer(404, body), is(SettingsError::NotFound(words(404)))),
        (with_key().answer(404, ""), is(SettingsError::NotFound(error_response(404, "", "", None)))),
        (with_key().answer(400, body), is(SettingsError::Refused(words(400)))),
        (with_key().answer(400, "[]"), is(SettingsError::Refused(error_response(400, "", "", None)))),
        (
            with_key().answer(405, old),
            is(SettingsError::Refused(error_response(405, "", "Writes only accepted on api.hubspot.com", Some("b")))),
        ),
        (with_key().answer(503, body), is(SettingsError::Refused(words(503)))),
        (with_key().answer(502, "<html>"), Box::new(unavailable("502"))),
        (with_key().answer(301, ""), Box::new(unavailable("redirects"))),
        (with_key().answer(429, "{}"), is(SettingsError::RateLimited(None))),
        (with_key().answer_with(429, &[("retry-after", "7")], "{}"), is(SettingsError::RateLimited(Some(7)))),
        (with_key().answer(200, "<html>"), Box::new(unavailable("not JSON"))),
        (
            with_key().answer(200, r#"{"createMeetingUrl":null}"#),
            is(SettingsError::NotFound(error_response(200, "", "HubSpot has no createMeetingUrl for the app", None))),
        ),
        (with_key().fail(OutboundFailure::TimedOut), Box::new(unavailable("in time"))),
        (with_key().fail(OutboundFailure::Unreachable), Box::new(unavailable("reached"))),
        (with_key().fail(OutboundFailure::TooLarge), Box::new(unavailable("too long"))),
        (with_key().fail(OutboundFailure::RefusedByPolicy), Box::new(unavailable("policy"))),
    ];
    for (number, (script, right)) in cases.into_iter().enumerate() {
        let error = get_video(script).result.unwrap_err();
        assert!(right(&error), "{number}: {error:?}");
    }
}

#[test]
fn hubspots_message_is_a_single_bounded_line() {
    let long = format!(r#"{{"message":"a\r\n\u001b[31m{}","category":"{}"}}"#, "x".repeat(5000), "y".repeat(5000));
    let SettingsError::Refused(error_response) = get_video(with_key().answer(400, &long)).result.unwrap_err() else {
        panic!("another error")
    };
    assert!(
        error_response.message.starts_with("a   [31mx") && error_response.message.chars().count() <= 400,
        "{}",
        error_response.message
    );
    assert!(error_response.category.len() <= 400);
}

#[test]
fn a_channel_connection_without_its_fields_is_unavailable() {
    for answer in ["[]", "{}", r#"{"url":1,"isReady":true}"#, r#"{"url":"https://a.example"}"#, "no"] {
        let run = create_channel(with_key().answer(200, answer), "https://a.example");
        assert!(matches!(run.result, Err(SettingsError::Unavailable(_))), "{answer}: {:?}", run.result);
    }
}
