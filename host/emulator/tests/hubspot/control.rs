//! Tests the emulator's own endpoints.

use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::running::{ACME, APP, GLOBEX, Running, options, send};

#[tokio::test]
async fn the_state_is_complete() {
    let (emulator, _receiver) = Receiver::behind("https://bridge.example.com", options()).await;
    let state = async || emulator.ask(Method::GET, "/emulator/state", None).await.json();
    let accounts = json!([
        { "id": ACME, "users": [{ "id": 123, "email": "ada@acme.example" }, { "id": 124, "email": "alan@acme.example" }] },
        { "id": GLOBEX, "users": [{ "id": 456, "email": "grace@globex.example" }] },
    ]);
    let nothing = json!({
        "createMeetingUrl": null, "updateMeetingUrl": null, "deleteMeetingUrl": null, "userVerifyUrl": null,
        "phoneNumbersUrl": null, "phoneNumbersReady": null,
    });
    assert_eq!(
        state().await,
        json!({ "app": APP, "accounts": accounts, "webhooks": nothing, "signatures": "v1+v3", "faults": [], "meetings": [] })
    );

    emulator.set_webhooks("https://bridge.example.com", false).await;
    let path = format!("/crm/v3/extensions/calling/{APP}/settings/channel-connection");
    let channel = json!({ "url": "https://bridge.example.com/numbers", "isReady": true });
    emulator.develop(Method::POST, &path, Some(channel)).await;
    let faults = Some(json!({ "faults": [{ "kind": "replay", "times": null }] }));
    emulator.ask(Method::PUT, "/emulator/faults", faults).await;
    let new = json!({ "accountId": GLOBEX, "topic": "", "startTime": 1, "endTime": 2, "source": "MANUAL" });
    let booked = emulator.ask(Method::POST, "/emulator/meetings", Some(new)).await.json();

    let state = state().await;
    assert_eq!(state["webhooks"]["createMeetingUrl"], "https://bridge.example.com/create");
    assert_eq!(
        (&state["webhooks"]["userVerifyUrl"], &state["webhooks"]["phoneNumbersReady"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(state["meetings"], json!([booked["meeting"]]));
    assert_eq!(state["faults"], json!([{ "kind": "replay", "times": null }]));
}

#[tokio::test]
async fn the_log_continues_after_a_number() {
    let (emulator, _receiver) = Receiver::behind("https://bridge.example.com", options()).await;
    emulator.set_webhooks("https://bridge.example.com", false).await;
    let calls = async |after: &str| emulator.ask(Method::GET, &format!("/emulator/calls{after}"), None).await;
    let api = calls("").await.json()["calls"][0].clone();
    let path = format!("/crm/v3/extensions/videoconferencing/settings/{APP}");
    assert_eq!((&api["number"], &api["kind"], &api["method"]), (&json!(1), &json!("api"), &json!("PUT")));
    assert_eq!((&api["name"], &api["url"]), (&json!(format!("PUT {path}")), &json!(format!("{path}?hapikey=***"))));
    assert!(api["requestBody"].as_str().unwrap().contains("createMeetingUrl") && api["status"] == 200);

    let new = json!({ "accountId": ACME, "topic": "x", "startTime": 1, "endTime": 2 });
    emulator.ask(Method::POST, "/emulator/meetings", Some(new)).await;
    let later = calls("?after=1").await.json();
    assert_eq!(later["calls"].as_array().unwrap().len(), 1, "the emulator's own endpoints are not logged");
    let webhook = &later["calls"][0];
    assert_eq!(
        (&webhook["number"], &webhook["kind"], &webhook["name"]),
        (&json!(2), &json!("webhook"), &json!("create-meeting"))
    );
    assert_eq!((&webhook["method"], &webhook["url"]), (&json!("POST"), &json!("https://bridge.example.com/create")));
    assert_eq!((&webhook["status"], &webhook["problem"], &webhook["fault"]), (&json!(200), &Value::Null, &Value::Null));
    assert!(webhook["responseBody"].as_str().unwrap().contains("Conf-1") && webhook["at"].as_u64().unwrap() > 0);
    assert!(webhook["requestHeaders"].as_array().unwrap().iter().any(|header| header[0] == "X-HubSpot-Signature-v3"));
    assert_eq!(calls("?after=2").await.json()["calls"], json!([]));
    assert_eq!(calls("?after=x").await.status, 400);
}

#[tokio::test]
async fn the_log_is_bounded_and_bodies_are_truncated() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let long = json!({ "properties": { "a": "ä".repeat(40_000) } }).to_string();
    let request = emulator.request(Method::POST, "/crm/v3/objects/notes").bearer_auth(&token);
    send(request.header("content-type", "application/json").body(long)).await;
    assert!(emulator.hubspot.calls(1)[0].request_body.len() <= (64 << 10) + 3);
    for _ in 0..1000 {
        emulator.ask(Method::GET, "/nothing", None).await;
    }
    let calls = emulator.hubspot.calls(0);
    assert_eq!((calls.len(), calls[0].number, calls[999].number), (1000, 3, 1002));
}

#[tokio::test]
async fn requests_that_a_foreign_page_can_send_are_rejected() {
    let emulator = Running::start().await;
    for (method, path) in [
        (Method::POST, "/emulator/meetings"),
        (Method::PATCH, "/emulator/meetings/1001"),
        (Method::POST, "/emulator/phone-numbers"),
        (Method::PUT, "/emulator/faults"),
    ] {
        for media_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
            let mut request = emulator.request(method.clone(), path).body("{\"faults\":[]}");
            if let Some(media_type) = media_type {
                request = request.header("content-type", media_type);
            }
            let answer = send(request).await;
            assert_eq!((answer.status, &answer.json()["status"]), (415, &json!(415)), "{method} {path}");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
    }
}

#[tokio::test]
async fn errors_are_problem_details() {
    let emulator = Running::start().await;
    assert_eq!(emulator.ask(Method::GET, "/emulator/nothing", None).await.json()["status"], 404);
    let wrong = emulator.ask(Method::DELETE, "/emulator/faults", None).await;
    assert_eq!((wrong.status, &wrong.json()["title"]), (405, &json!("Method Not Allowed")));
    assert!(wrong.headers["allow"].to_str().unwrap().contains("PUT"));
    let json = |body: String| {
        send(emulator.request(Method::PUT, "/emulator/faults").header("content-type", "application/json").body(body))
    };
    assert_eq!(json("{".to_owned()).await.status, 400);
    assert_eq!(json(" ".repeat((64 << 10) + 1)).await.status, 413);
}

#[tokio::test]
async fn the_page_is_served() {
    let emulator = Running::start().await;
    let page = emulator.ask(Method::GET, "/", None).await;
    assert!(page.status == 200 && page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(emulator.hubspot.calls(0), [], "the page is not logged");
}

/// A foreign name may be made to resolve to this machine, and its pages would then have the emulator's own origin.
#[tokio::test]
async fn requests_with_a_foreign_host_are_rejected() {
    let emulator = Running::start().await;
    for (host, status) in [("evil.example:8090", 403), ("localhost:8090", 200)] {
        let answer = send(emulator.request(Method::GET, "/emulator/state").header("host", host)).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text);
    }
}
