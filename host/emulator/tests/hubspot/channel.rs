//! Tests the help desk's channel connection.

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{APP, Running, is_error, versions};

fn paths() -> Vec<String> {
    let dated = |version: &str| format!("/crm/extensions/calling/{version}/{APP}/settings/channel-connection");
    versions(format!("/crm/v3/extensions/calling/{APP}/settings/channel-connection"), dated)
}

#[tokio::test]
async fn a_channel_connection_round_trips_in_every_version() {
    for path in paths() {
        let emulator = Running::start().await;
        let patch = |body: Value| emulator.develop(Method::PATCH, &path, Some(body));
        for method in [Method::GET, Method::DELETE] {
            is_error(&emulator.develop(method, &path, None).await, 404, Some("OBJECT_NOT_FOUND"));
        }
        is_error(&patch(json!({ "isReady": true })).await, 404, Some("OBJECT_NOT_FOUND"));

        let made = json!({ "url": "https://bridge.example.com/numbers", "isReady": false });
        let answer = emulator.develop(Method::POST, &path, Some(made.clone())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let first = answer.json();
        assert_eq!((&first["url"], &first["isReady"]), (&made["url"], &json!(false)));
        assert!(first["createdAt"].as_str().unwrap().ends_with('Z') && first["createdAt"] == first["updatedAt"]);
        is_error(&emulator.develop(Method::POST, &path, Some(made)).await, 409, Some("CONFLICT"));

        let ready = patch(json!({ "isReady": true })).await;
        assert_eq!((ready.status, &ready.json()["isReady"]), (200, &json!(true)));
        let moved = patch(json!({ "url": "https://bridge.example.com/other" })).await.json();
        assert_eq!((&moved["url"], &moved["isReady"]), (&json!("https://bridge.example.com/other"), &json!(true)));
        assert_eq!(moved["createdAt"], first["createdAt"]);
        assert_eq!(patch(json!({})).await.json()["url"], moved["url"]);
        assert_eq!(emulator.develop(Method::GET, &path, None).await.json()["url"], moved["url"]);

        let gone = emulator.develop(Method::DELETE, &path, None).await;
        assert_eq!((gone.status, gone.text.as_str()), (204, ""));
        assert_eq!(emulator.develop(Method::GET, &path, None).await.status, 404);
    }
}

#[tokio::test]
async fn invalid_connections_are_rejected_with_reasons() {
    let emulator = Running::start().await;
    let path = &paths()[0];
    let url = "https://bridge.example.com/numbers";
    for (body, members) in [
        (json!({}), vec!["url", "isReady"]),
        (json!({ "url": url }), vec!["isReady"]),
        (json!({ "url": "http://bridge.example.com", "isReady": "yes" }), vec!["url", "isReady"]),
    ] {
        let answer = emulator.develop(Method::POST, path, Some(body)).await;
        is_error(&answer, 400, Some("VALIDATION_ERROR"));
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        assert_eq!(errors.iter().map(|error| &error["in"]).collect::<Vec<_>>(), members);
    }
    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        let answer = emulator.ask(method, path, Some(json!({ "url": url, "isReady": true }))).await;
        is_error(&answer, 401, Some("INVALID_AUTHENTICATION"));
    }
    assert_eq!(emulator.develop(Method::GET, path, None).await.status, 404);
}
