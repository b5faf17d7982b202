//! Tests the settings of the video conference extension.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{ACME, APP, Running, is_error, options, versions};

fn paths(app: u64) -> Vec<String> {
    let dated = |version: &str| format!("/crm/extensions/videoconferencing/{version}/settings/{app}");
    versions(format!("/crm/v3/extensions/videoconferencing/settings/{app}"), dated)
}

fn url(name: &str) -> String {
    format!("https://bridge.example.com/hubspot/{name}")
}

#[tokio::test]
async fn settings_round_trip_in_every_version() {
    for path in paths(APP) {
        let emulator = Running::start().await;
        is_error(&emulator.develop(Method::GET, &path, None).await, 404, Some("OBJECT_NOT_FOUND"));
        is_error(&emulator.develop(Method::DELETE, &path, None).await, 404, Some("OBJECT_NOT_FOUND"));

        let whole = json!({
            "createMeetingUrl": url("create"),
            "updateMeetingUrl": url("update"),
            "deleteMeetingUrl": url("delete"),
            "userVerifyUrl": url("verify"),
            "fetchAccountsUri": url("accounts"),
        });
        let answer = emulator.develop(Method::PUT, &path, Some(whole.clone())).await;
        assert_eq!((answer.status, answer.json()), (200, whole.clone()));
        let answer = emulator.develop(Method::GET, &path, None).await;
        assert_eq!((answer.status, answer.json()), (200, whole));

        // PUT replaces everything: omitted members are removed, and unknown ones are ignored.
        let less = json!({ "createMeetingUrl": url("other"), "unknown": 1, "updateMeetingUrl": null });
        let stored = json!({ "createMeetingUrl": url("other") });
        assert_eq!(emulator.develop(Method::PUT, &path, Some(less)).await.json(), stored);
        assert_eq!(emulator.develop(Method::GET, &path, None).await.json(), stored);

        let answer = emulator.develop(Method::DELETE, &path, None).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(emulator.develop(Method::GET, &path, None).await.status, 404);
    }
}

#[tokio::test]
async fn versions_share_their_settings() {
    let emulator = Running::start().await;
    let settings = json!({ "createMeetingUrl": url("create") });
    emulator.develop(Method::PUT, &paths(APP)[0], Some(settings.clone())).await;
    for path in paths(APP) {
        assert_eq!(emulator.develop(Method::GET, &path, None).await.json(), settings);
    }
    let unknown = format!("/crm/extensions/videoconferencing/2024-01/settings/{APP}");
    is_error(&emulator.develop(Method::GET, &unknown, None).await, 404, None);
}

#[tokio::test]
async fn settings_require_the_developers_credentials() {
    let emulator = Running::start().await;
    let options = emulator.hubspot.options().clone();
    let account = emulator.token(ACME).await;
    for path in paths(APP) {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let ask = async |path: &str| emulator.ask(method.clone(), path, None).await;
            is_error(&ask(&path).await, 401, Some("INVALID_AUTHENTICATION"));
            is_error(&ask(&format!("{path}?hapikey=wrong")).await, 401, Some("INVALID_AUTHENTICATION"));
            let token_as_key = format!("{path}?hapikey={}", options.developer_token);
            is_error(&ask(&token_as_key).await, 401, Some("INVALID_AUTHENTICATION"));
            for token in [account.as_str(), "wrong", options.developer_key.as_str()] {
                let answer = emulator.ask_as(token, method.clone(), &path, None).await;
                is_error(&answer, 401, Some("INVALID_AUTHENTICATION"));
            }
        }
        let settings = Some(json!({ "createMeetingUrl": url("create") }));
        assert_eq!(emulator.ask_as(&options.developer_token, Method::PUT, &path, settings).await.status, 200);
        assert_eq!(emulator.ask_as(&options.developer_token, Method::GET, &path, None).await.status, 200);
    }
}

#[tokio::test]
async fn another_app_is_not_found() {
    let emulator = Running::start().await;
    for path in paths(APP + 1).into_iter().chain([paths(APP)[0].replace("54321", "mine")]) {
        let settings = Some(json!({ "createMeetingUrl": url("create") }));
        is_error(&emulator.develop(Method::PUT, &path, settings).await, 404, Some("OBJECT_NOT_FOUND"));
    }
}

#[tokio::test]
async fn invalid_settings_are_rejected_with_reasons() {
    let emulator = Running::start().await;
    let path = &paths(APP)[0];
    for (settings, members) in [
        (json!({}), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": null }), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": "" }), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": 7 }), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": "http://bridge.example.com/" }), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": "bridge.example.com" }), vec!["createMeetingUrl"]),
        (json!({ "createMeetingUrl": format!("https://a.example/{}", "x".repeat(2048)) }), vec!["createMeetingUrl"]),
        (json!({ "updateMeetingUrl": "" }), vec!["updateMeetingUrl", "createMeetingUrl"]),
        (
            json!({ "createMeetingUrl": url("c"), "userVerifyUrl": ["x"], "deleteMeetingUrl": "ftp://a.example" }),
            vec!["deleteMeetingUrl", "userVerifyUrl"],
        ),
    ] {
        let answer = emulator.develop(Method::PUT, path, Some(settings.clone())).await;
        is_error(&answer, 400, Some("VALIDATION_ERROR"));
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        assert_eq!(errors.iter().map(|error| &error["in"]).collect::<Vec<_>>(), members, "{settings}");
        assert!(errors.iter().all(|error| error["message"].is_string()));
    }
    assert_eq!(emulator.develop(Method::GET, path, None).await.status, 404);
}

#[tokio::test]
async fn unset_members_can_be_answered_as_null() {
    let mut options = options();
    options.null_for_unset = true;
    let emulator = Running::with(options).await;
    let settings = Some(json!({ "createMeetingUrl": url("create") }));
    let answer = emulator.develop(Method::PUT, &paths(APP)[0], settings).await.json();
    assert_eq!(answer.as_object().unwrap().values().filter(|value| **value == Value::Null).count(), 4, "{answer}");
}

#[tokio::test]
async fn a_change_takes_effect_after_the_delay() {
    let mut options = options();
    options.settings_delay = Duration::from_millis(300);
    let emulator = Running::with(options).await;
    let path = &paths(APP)[0];
    let settings = json!({ "createMeetingUrl": url("create") });
    assert_eq!(emulator.develop(Method::PUT, path, Some(settings.clone())).await.json(), settings);
    assert_eq!(emulator.develop(Method::GET, path, None).await.status, 404);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(emulator.develop(Method::GET, path, None).await.json(), settings);

    assert_eq!(emulator.develop(Method::DELETE, path, None).await.status, 204);
    assert_eq!(emulator.develop(Method::GET, path, None).await.status, 200);
    assert_eq!(emulator.develop(Method::DELETE, path, None).await.status, 404);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(emulator.develop(Method::GET, path, None).await.status, 404);
}
