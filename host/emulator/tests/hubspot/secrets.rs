//! Tests that no secret is shown in the log, the state or `Debug`.

use reqwest::Method;
use serde_json::json;

use super::receiver::Receiver;
use super::running::{ACME, APP, Running, options};
use super::signing::meeting;

#[tokio::test]
async fn no_secret_is_in_the_log_the_state_or_debug() {
    let emulator = Running::start().await;
    let options = emulator.hubspot.options().clone();
    let token = emulator.token(ACME).await;
    let settings = format!("/crm/v3/extensions/videoconferencing/settings/{APP}");
    emulator.develop(Method::GET, &settings, None).await;
    emulator.ask(Method::GET, &format!("{settings}?a=b&hapike%79=a-key-of-somewhere-else&c=d"), None).await;
    emulator.ask_as(&options.developer_token, Method::GET, &settings, None).await;
    emulator.ask_as(&token, Method::GET, "/crm/v3/objects/notes", None).await;
    for path in ["/oauth/v1", "//oauth/v1"] {
        emulator.ask(Method::GET, &format!("{path}/access-tokens/{token}"), None).await;
    }
    let refresh_token = options.account(ACME).unwrap().refresh_token.clone();
    emulator.ask(Method::GET, &format!("/oauth/v1/refresh-tokens/{refresh_token}"), None).await;
    emulator.exchange("/oauth/v3/token", &emulator.refresh_form(ACME)).await;
    let mut foreign = emulator.refresh_form(ACME);
    foreign[3].1 = "a-token-of-somewhere-else".to_owned();
    emulator.exchange("/oauth/v1/token", &foreign).await;
    // A secret in the wrong place.
    let note = json!({ "properties": { "hs_timestamp": "1", "hs_note_body": options.client_secret } });
    emulator.ask_as(&token, Method::POST, "/crm/v3/objects/notes", Some(note)).await;

    let log = emulator.ask(Method::GET, "/emulator/calls", None).await.text;
    let state = emulator.ask(Method::GET, "/emulator/state", None).await.text;
    let debug = format!("{:?} {:?} {:?}", emulator.hubspot, options, emulator.hubspot.calls(0));
    for shown in [&log, &state, &debug] {
        for secret in [
            &token,
            &refresh_token,
            &options.client_secret,
            &options.developer_key,
            &options.developer_token,
            &"a-key-of-somewhere-else".to_owned(),
            &"a-token-of-somewhere-else".to_owned(),
        ] {
            assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
        }
    }
    assert!(log.contains("/oauth/v1/access-tokens/***") && log.contains("grant_type=refresh_token"), "{log}");
    assert!(log.contains("?a=b&hapikey=***&c=d") && !log.to_lowercase().contains("authorization"), "{log}");
}

/// An app under development may echo its requests or its configuration.
#[tokio::test]
async fn a_secret_that_the_app_echoes_is_masked_in_problems() {
    let (emulator, receiver) = Receiver::behind("https://bridge.example.com", options()).await;
    emulator.set_webhooks("https://bridge.example.com", false).await;
    let secret = &emulator.hubspot.options().client_secret;
    let broken = format!("no match with {secret}");
    receiver.answers("/create", 500, &broken);
    let failed = emulator.hubspot.book(&meeting()).await.unwrap();
    assert!(failed.meeting.problem.as_deref().unwrap().ends_with("no match with ***"), "{failed:?}");

    receiver.answers("/create", 200, &super::receiver::conference().to_string());
    let id = emulator.hubspot.book(&meeting()).await.unwrap().meeting.id;
    receiver.answers("/update", 500, &broken);
    receiver.answers("/delete", 500, &broken);
    emulator.ask(Method::PATCH, &format!("/emulator/meetings/{id}"), Some(json!({ "topic": "x" }))).await;
    let changed = emulator.ask(Method::GET, "/emulator/state", None).await.text;
    emulator.ask(Method::DELETE, &format!("/emulator/meetings/{id}"), None).await;
    let canceled = emulator.ask(Method::GET, "/emulator/state", None).await.text;
    for shown in [changed, canceled] {
        assert!(shown.contains("no match with ***") && !shown.contains(secret.as_str()), "{shown}");
    }
}
