//! Tests the tokens of accounts.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{ACME, APP, GLOBEX, Running, is_error, options, send};

const MEETINGS: &str = "/crm/v3/objects/meetings";

#[tokio::test]
async fn a_refresh_token_yields_an_access_token_in_every_version() {
    let emulator = Running::start().await;
    let form = emulator.refresh_form(ACME);
    for path in ["/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token"] {
        let answer = emulator.exchange(path, &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let body = answer.json();
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(1800)));
        assert_eq!(body["refresh_token"], form[3].1);
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(emulator.ask_as(token, Method::GET, MEETINGS, None).await.status, 200);
        match path {
            "/oauth/v1/token" => assert!(body.get("hub_id").is_none()),
            _ => {
                assert_eq!((&body["token_use"], &body["hub_id"]), (&json!("access_token"), &json!(ACME)));
                assert!(body["user_id"] == json!(123) && body["scopes"].is_array());
            }
        }
    }
}

#[tokio::test]
async fn tokens_can_be_inspected() {
    let emulator = Running::start().await;
    let token = emulator.token(GLOBEX).await;
    let access = emulator.ask(Method::GET, &format!("/oauth/v1/access-tokens/{token}"), None).await.json();
    assert_eq!((&access["token"], &access["token_type"]), (&json!(token), &json!("access")));
    assert_eq!((&access["hub_id"], &access["user_id"], &access["app_id"]), (&json!(GLOBEX), &json!(456), &json!(APP)));
    assert!(access["user"] == "grace@globex.example" && access["hub_domain"].is_string());
    assert!((1700..=1800).contains(&access["expires_in"].as_u64().unwrap()) && access["scopes"].is_array());

    let refresh_token = emulator.hubspot.options().account(GLOBEX).unwrap().refresh_token.clone();
    let path = format!("/oauth/v1/refresh-tokens/{refresh_token}");
    let refresh = emulator.ask(Method::GET, &path, None).await.json();
    assert_eq!((&refresh["hub_id"], &refresh["token_type"]), (&json!(GLOBEX), &json!("refresh")));
    assert_eq!(refresh["client_id"], emulator.hubspot.options().client_id);
    for path in ["/oauth/v1/access-tokens/nothing", "/oauth/v1/refresh-tokens/nothing"] {
        is_error(&emulator.ask(Method::GET, path, None).await, 404, Some("OBJECT_NOT_FOUND"));
    }
}

#[tokio::test]
async fn a_revoked_refresh_token_yields_nothing_but_its_access_tokens_stay_valid() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let path = format!("/oauth/v1/refresh-tokens/{}", emulator.hubspot.options().account(ACME).unwrap().refresh_token);
    let revoked = emulator.ask(Method::DELETE, &path, None).await;
    assert_eq!((revoked.status, revoked.text.as_str()), (204, ""));
    assert_eq!(emulator.ask(Method::DELETE, &path, None).await.status, 404);
    assert_eq!(emulator.ask(Method::GET, &path, None).await.status, 404);
    let refused = emulator.exchange("/oauth/v1/token", &emulator.refresh_form(ACME)).await;
    assert_eq!((refused.status, &refused.json()["status"]), (400, &json!("BAD_REFRESH_TOKEN")));
    assert_eq!(emulator.ask_as(&token, Method::GET, MEETINGS, None).await.status, 200);
    assert_eq!(emulator.exchange("/oauth/v1/token", &emulator.refresh_form(GLOBEX)).await.status, 200);
}

#[tokio::test]
async fn an_invalid_form_is_rejected_with_a_reason() {
    let emulator = Running::start().await;
    let form = emulator.refresh_form(ACME);
    for (place, value, status) in [
        (0, "", "BAD_GRANT_TYPE"),
        (0, "password", "BAD_GRANT_TYPE"),
        (0, "authorization_code", "BAD_AUTH_CODE"),
        (1, "other", "BAD_CLIENT_ID"),
        (2, "wrong", "BAD_CLIENT_SECRET"),
        (3, "wrong", "BAD_REFRESH_TOKEN"),
    ] {
        let mut form = form.clone();
        form[place].1 = value.to_owned();
        for path in ["/oauth/v1/token", "/oauth/v3/token"] {
            let answer = emulator.exchange(path, &form).await;
            assert_eq!((answer.status, &answer.json()["status"]), (400, &json!(status)));
            assert!(!answer.json()["message"].as_str().unwrap().is_empty());
        }
    }
    let json = emulator.request(Method::POST, "/oauth/v1/token").header("content-type", "application/json").body("{}");
    is_error(&send(json).await, 415, None);
}

#[tokio::test]
async fn an_access_token_expires() {
    let mut options = options();
    options.token_lifetime = Duration::from_millis(200);
    let emulator = Running::with(options).await;
    let token = emulator.token(ACME).await;
    assert_eq!(emulator.ask_as(&token, Method::GET, MEETINGS, None).await.status, 200);
    tokio::time::sleep(Duration::from_millis(250)).await;
    let ended = emulator.ask_as(&token, Method::GET, MEETINGS, None).await;
    is_error(&ended, 401, Some("EXPIRED_AUTHENTICATION"));
    assert!(ended.json().pointer("/context/expire time/0").is_some_and(Value::is_string));
    assert_eq!(emulator.ask(Method::GET, &format!("/oauth/v1/access-tokens/{token}"), None).await.status, 404);
}
