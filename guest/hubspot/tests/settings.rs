//! Tests the requests to HubSpot's settings APIs and the results of its responses, without a host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_hubspot::HubSpot;
use cordboard_plug::effect::OutboundFailure;
use cordboard_plug::testing::{Script, ScriptRun};
use cordboard_plug::{CrmSettings, Endpoint, EndpointPatch, EndpointSettings, ErrorResponse, SettingsError};

const APP: &str = "54321";
const VIDEO: &str = "https://api.hubapi.com/crm/v3/extensions/videoconferencing/settings/54321";
const CHANNEL: &str = "https://api.hubapi.com/crm/v3/extensions/calling/54321/settings/channel-connection";
const STATE: &str =
    r#"{"url":"https://a.example/numbers","isReady":true,"createdAt":"2024-04-30 12:01","updatedAt":null}"#;

fn with_key() -> Script {
    Script::new().secret("developer-api-key")
}

fn endpoint(purpose: &str, url: &str) -> Endpoint {
    Endpoint { purpose: purpose.to_owned(), url: url.to_owned(), enabled: true }
}

fn addresses() -> EndpointSettings {
    EndpointSettings {
        endpoints: vec![
            endpoint("create-meeting", "https://a.example/create"),
            endpoint("update-meeting", "https://a.example/update"),
            endpoint("verify-user", "https://a.example/verify"),
        ],
        extras: vec![("fetchAccountsUri".to_owned(), "https://a.example/accounts".to_owned())],
    }
}

/// The channel connection, which users cannot select yet.
fn channel(url: &str) -> EndpointSettings {
    let endpoint = Endpoint { enabled: false, ..endpoint("phone-numbers", url) };
    EndpointSettings { endpoints: vec![endpoint], extras: Vec::new() }
}

fn purposes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn get(script: Script, names: &[&str]) -> ScriptRun<EndpointSettings, SettingsError> {
    script.run(async |context| HubSpot::get_endpoints(context, APP.to_owned(), purposes(names)).await).unwrap()
}

fn get_video(script: Script) -> ScriptRun<EndpointSettings, SettingsError> {
    get(script, &["create-meeting"])
}

fn set(script: Script, settings: &EndpointSettings) -> ScriptRun<EndpointSettings, SettingsError> {
    script.run(async |context| HubSpot::set_endpoints(context, APP.to_owned(), settings.clone()).await).unwrap()
}

fn update(script: Script, patch: &EndpointPatch) -> ScriptRun<EndpointSettings, SettingsError> {
    script.run(async |context| HubSpot::update_endpoint(context, APP.to_owned(), patch.clone()).await).unwrap()
}

fn delete(script: Script, names: &[&str]) -> ScriptRun<(), SettingsError> {
    script.run(async |context| HubSpot::delete_endpoints(context, APP.to_owned(), purposes(names)).await).unwrap()
}

fn patch(purpose: &str, url: Option<&str>, enabled: Option<bool>) -> EndpointPatch {
    EndpointPatch { purpose: purpose.to_owned(), url: url.map(str::to_owned), enabled }
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

    let replaced = set(with_key().answer(200, answer), &addresses());
    let body = r#"{"createMeetingUrl":"https://a.example/create","updateMeetingUrl":"https://a.example/update","userVerifyUrl":"https://a.example/verify","fetchAccountsUri":"https://a.example/accounts"}"#;
    let head = "accept: application/json\ncontent-type: application/json\nidempotent\n\n";
    assert_eq!(replaced.wire(), [format!("PUT {VIDEO}{key}\n{head}{body}")], "absent fields are omitted");
    assert_eq!(replaced.result.unwrap(), addresses());

    let removed = delete(with_key().answer_with(204, &[], ""), &["create-meeting", "verify-user"]);
    assert_eq!(removed.wire(), [format!("DELETE {VIDEO}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(removed.result, Ok(()));
}

#[test]
fn the_channel_connection_is_created_read_updated_and_deleted() {
    let key = "?hapikey={secret:developer-api-key}";
    let head = "accept: application/json\ncontent-type: application/json\n";
    let made = set(with_key().answer(200, STATE), &channel("https://a.example/numbers"));
    let body = r#"{"url":"https://a.example/numbers","isReady":false}"#;
    assert_eq!(made.wire(), [format!("POST {CHANNEL}{key}\n{head}\n{body}")], "a create is not idempotent");
    let state = EndpointSettings {
        endpoints: vec![endpoint("phone-numbers", "https://a.example/numbers")],
        extras: vec![("createdAt".to_owned(), "2024-04-30 12:01".to_owned())],
    };
    assert_eq!(made.result, Ok(state.clone()));

    let read = get(with_key().answer(200, STATE), &["phone-numbers"]);
    assert_eq!(read.wire(), [format!("GET {CHANNEL}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(read.result, Ok(state.clone()));

    let ready = patch("phone-numbers", None, Some(true));
    let changed = update(with_key().answer(200, STATE), &ready);
    assert_eq!(changed.wire(), [format!("PATCH {CHANNEL}{key}\n{head}idempotent\n\n{{\"isReady\":true}}")]);
    assert_eq!(changed.result, Ok(state));

    let removed = delete(with_key().answer_with(204, &[], ""), &["phone-numbers"]);
    assert_eq!(removed.wire(), [format!("DELETE {CHANNEL}{key}\naccept: application/json\nidempotent\n\n")]);
    assert_eq!(removed.result, Ok(()));
}

const ALL: [&str; 5] = ["create-meeting", "update-meeting", "delete-meeting", "verify-user", "phone-numbers"];

/// Returns method and path of each request.
fn requests<T>(run: &ScriptRun<T, SettingsError>) -> Vec<String> {
    run.wire().iter().map(|request| request.split('?').next().unwrap().to_owned()).collect()
}

#[test]
fn endpoints_of_both_apis_take_a_request_to_each() {
    let video = r#"{"createMeetingUrl":"https://a.example/create"}"#;
    let mut both = channel("https://a.example/numbers");
    both.endpoints.push(endpoint("create-meeting", "https://a.example/create"));
    let stored = EndpointSettings {
        endpoints: vec![
            endpoint("phone-numbers", "https://a.example/numbers"),
            endpoint("create-meeting", "https://a.example/create"),
        ],
        extras: vec![("createdAt".to_owned(), "2024-04-30 12:01".to_owned())],
    };
    let made = set(with_key().answer(200, STATE).answer(200, video), &both);
    assert_eq!(requests(&made), [format!("POST {CHANNEL}"), format!("PUT {VIDEO}")]);
    assert_eq!(made.result.unwrap(), stored);

    let read = get(with_key().answer(200, video).answer(404, "{}"), &ALL);
    assert_eq!(requests(&read), [format!("GET {VIDEO}"), format!("GET {CHANNEL}")]);
    assert_eq!(read.result.unwrap().endpoints, [endpoint("create-meeting", "https://a.example/create")]);
    let read = get(with_key().answer(404, "{}").answer(404, "{}"), &ALL);
    assert!(matches!(read.result, Err(SettingsError::NotFound(_))), "{:?}", read.result);

    let removed = delete(with_key().answer_with(204, &[], "").answer_with(204, &[], ""), &ALL);
    assert_eq!(requests(&removed), [format!("DELETE {VIDEO}"), format!("DELETE {CHANNEL}")]);
    assert_eq!(removed.result, Ok(()));
}

#[test]
fn endpoints_that_are_not_set_count_as_deleted() {
    for (first, second) in [(404, 204), (204, 404), (404, 404)] {
        let removed = delete(with_key().answer(first, "{}").answer(second, "{}"), &ALL);
        assert_eq!(requests(&removed), [format!("DELETE {VIDEO}"), format!("DELETE {CHANNEL}")]);
        assert_eq!(removed.result, Ok(()));
    }
    let failed = delete(with_key().answer(404, "{}").answer(401, "{}"), &ALL);
    assert!(matches!(failed.result, Err(SettingsError::Unauthorized(_))), "{:?}", failed.result);
}

#[test]
fn an_error_says_what_was_stored_before_it() {
    let mut both = addresses();
    both.endpoints.extend(channel("https://a.example/numbers").endpoints);
    let video = r#"{"createMeetingUrl":"https://a.example/create"}"#;
    let stored = "HubSpot has already stored the addresses for meetings and users: read the endpoints";
    let script = || with_key().answer(200, video);
    for (script, expected) in [
        (script().answer(409, r#"{"message":"It exists."}"#), format!("It exists.; {stored}")),
        (script().answer(409, ""), format!("\"{stored}")),
        (script().answer(404, ""), stored.to_owned()),
        (script().answer(429, ""), format!("HubSpot is limiting requests; {stored}")),
        (script().fail(OutboundFailure::TimedOut), format!("in time; {stored}")),
        (script().answer(200, "no"), "meetings and users and the address for telephone numbers: read".to_owned()),
        (with_key().answer(200, "no"), stored.to_owned()),
    ] {
        let error = format!("{:?}", set(script, &both).result.unwrap_err());
        assert!(error.contains(&expected), "{error}");
    }
    assert_eq!(set(with_key().answer(429, ""), &both).result, Err(SettingsError::RateLimited(None)));
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
        let channel = set(script().answer(404, "{}"), &channel("https://a.example")).wire().concat();
        let path = format!("http://127.0.0.1:4000/crm/extensions/calling/{version}/54321/settings/channel-connection?");
        assert!(channel.starts_with(&format!("POST {path}")), "{channel}");
    }
}

/// Each case is rejected with a message that contains this text, and nothing is sent.
#[test]
fn invalid_settings_are_rejected_before_anything_is_sent() {
    fn rejected<T: std::fmt::Debug>(run: ScriptRun<T, SettingsError>) -> (Vec<String>, SettingsError) {
        (run.wire(), run.result.unwrap_err())
    }
    let plain = "http://a.example";
    let with = |script: Script, more: Endpoint| {
        let mut settings = addresses();
        settings.endpoints.retain(|endpoint| endpoint.purpose != more.purpose);
        settings.endpoints.push(more);
        rejected(set(script, &settings))
    };
    let with_extra = |mut settings: EndpointSettings, name: &str, value: &str| {
        settings.extras = vec![(name.to_owned(), value.to_owned())];
        rejected(set(with_key(), &settings))
    };
    let patched = |patch: EndpointPatch| rejected(update(with_key(), &patch));
    let numbers = || endpoint("phone-numbers", "https://a.example");
    let disabled = Endpoint { enabled: false, ..endpoint("verify-user", "https://a.example") };
    let mut twice = addresses();
    twice.endpoints.extend(addresses().endpoints);
    let cases = [
        ("`createMeetingUrl`", with(with_key(), endpoint("create-meeting", plain))),
        ("`updateMeetingUrl`", with(with_key(), endpoint("update-meeting", ""))),
        ("`deleteMeetingUrl`", with(with_key(), endpoint("delete-meeting", "a.example"))),
        ("`userVerifyUrl`", with(with_key(), endpoint("verify-user", "https://"))),
        ("`userVerifyUrl`", with(with_key(), disabled)),
        ("`fetchAccountsUri`", with_extra(addresses(), "fetchAccountsUri", "ftp://a")),
        ("`fetchAccountsUri`", with_extra(channel("https://a.example"), "fetchAccountsUri", "https://a.example")),
        ("`createdAt`", with_extra(channel("https://a.example"), "createdAt", "2024-04-30 12:01")),
        ("`url`", with(with_key(), endpoint("phone-numbers", plain))),
        ("`url`", rejected(set(with_key(), &channel(plain)))),
        ("`url`", patched(patch("phone-numbers", Some(plain), None))),
        ("`isReady`", patched(patch("phone-numbers", None, None))),
        ("`create-meeting`", patched(patch("create-meeting", Some("https://a.example"), None))),
        ("`fax`", patched(patch("fax", None, Some(true)))),
        ("`fax`", with(with_key(), endpoint("fax", "https://a.example"))),
        ("`fax`", rejected(get(with_key(), &["create-meeting", "fax"]))),
        ("`fax`", rejected(delete(with_key(), &["create-meeting", "fax"]))),
        ("at least one", rejected(delete(with_key(), &[]))),
        ("`create-meeting` is named twice", rejected(set(with_key(), &twice))),
        ("`developer-api-key`", with(Script::new(), numbers())),
        ("`api-version`", with(with_key().setting("api-version", "v4"), numbers())),
        ("`api-url`", with(with_key().setting("api-url", "hubspot"), numbers())),
    ];
    let of_app = |app: &str| {
        let app = app.to_owned();
        let read = with_key().run(async |context| HubSpot::get_endpoints(context, app.clone(), purposes(&ALL)).await);
        rejected(read.unwrap())
    };
    let apps = ["", "abc", "-1", "18446744073709551616"].map(|app| ("is not a number", of_app(app)));
    for (named, (wire, error)) in cases.into_iter().chain(apps) {
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
        let run = set(with_key().answer(200, answer), &channel("https://a.example"));
        assert!(matches!(run.result, Err(SettingsError::Unavailable(_))), "{answer}: {:?}", run.result);
    }
}
