//! Tests invalid requests to all endpoints.

use reqwest::Method;
use serde_json::json;

use super::running::{ACME, APP, Running, is_error, send};

fn settings() -> String {
    format!("/crm/v3/extensions/videoconferencing/settings/{APP}")
}

#[tokio::test]
async fn an_unknown_path_gets_a_json_error() {
    let emulator = Running::start().await;
    for path in ["/crm/v4/objects/meetings", "/crm/v3/objects/contacts", "/nothing", "/crm/objects/2024-01/notes"] {
        is_error(&emulator.ask(Method::GET, path, None).await, 404, None);
    }
}

#[tokio::test]
async fn an_id_that_is_not_utf_8_gets_a_json_error() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let object = "/crm/v3/objects/meetings/%FF";
    let change = || Some(json!({ "properties": {} }));
    for (method, path, body) in [
        (Method::GET, object, None),
        (Method::PATCH, object, change()),
        (Method::DELETE, object, None),
        (Method::GET, "/oauth/v1/access-tokens/%FF", None),
        (Method::GET, "/oauth/v1/refresh-tokens/%FF", None),
        (Method::DELETE, "/oauth/v1/refresh-tokens/%FF", None),
    ] {
        is_error(&emulator.ask_as(&token, method, path, body).await, 404, Some("OBJECT_NOT_FOUND"));
    }
    for (method, body) in [(Method::PATCH, Some(json!({ "topic": "x" }))), (Method::DELETE, None)] {
        let refused = emulator.ask(method, "/emulator/meetings/%FF", body).await;
        assert_eq!((refused.status, &refused.json()["status"]), (404, &json!(404)), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_wrong_method_gets_the_allowed_ones() {
    let emulator = Running::start().await;
    for (path, allowed) in [
        (settings(), vec!["GET", "PUT", "DELETE"]),
        (
            format!("/crm/v3/extensions/calling/{APP}/settings/channel-connection"),
            vec!["GET", "POST", "PATCH", "DELETE"],
        ),
        ("/crm/v3/objects/meetings".to_owned(), vec!["GET", "POST"]),
        ("/crm/v3/objects/meetings/search".to_owned(), vec!["POST"]),
        ("/crm/objects/2026-09/notes/7".to_owned(), vec!["GET", "PATCH", "DELETE"]),
        ("/oauth/v1/token".to_owned(), vec!["POST"]),
    ] {
        let answer = emulator.ask(Method::OPTIONS, &path, None).await;
        is_error(&answer, 405, None);
        let allow = answer.headers["allow"].to_str().unwrap();
        assert!(allowed.iter().all(|method| allow.contains(method)), "{path}: {allow}");
    }
}

#[tokio::test]
async fn invalid_json_is_rejected() {
    let emulator = Running::start().await;
    let token = emulator.hubspot.options().developer_token.clone();
    let put = |media_type: &'static str, body: Vec<u8>| {
        let request = emulator.request(Method::PUT, &settings()).bearer_auth(&token);
        send(request.header("content-type", media_type).body(body))
    };
    is_error(&put("text/plain", b"{}".to_vec()).await, 415, None);
    for body in ["", "{", "[]", "7", "{\"createMeetingUrl\": }"] {
        is_error(&put("application/json", body.into()).await, 400, Some("VALIDATION_ERROR"));
    }
    is_error(&put("application/json; charset=utf-8", b"\xff".to_vec()).await, 400, Some("VALIDATION_ERROR"));
    is_error(&put("application/json", vec![b' '; (1 << 20) + 1]).await, 413, None);
}

/// One of the official clients sends a content type with every request.
#[tokio::test]
async fn a_content_type_without_a_body_is_accepted() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let request = emulator.request(Method::GET, "/crm/v3/objects/meetings?archived=False").bearer_auth(token);
    assert_eq!(send(request.header("content-type", "application/json")).await.status, 200);
}
