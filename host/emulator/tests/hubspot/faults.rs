//! Tests injected faults.

use std::time::{Duration, Instant};

use cordboard_emulator::hubspot::{Fault, FaultKind, webhooks::sign};
use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::running::{ACME, Running, SECRET, is_error, options, send};
use super::signing::meeting;

const NOTES: &str = "/crm/v3/objects/notes";

fn note() -> Option<Value> {
    Some(json!({ "properties": { "hs_timestamp": "1534197600000" } }))
}

async fn notes(emulator: &Running, token: &str) -> usize {
    emulator.ask_as(token, Method::GET, NOTES, None).await.json()["results"].as_array().unwrap().len()
}

#[tokio::test]
async fn failed_requests_have_no_effect() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let faults =
        [("rate-limited", 1), ("server-error", 2)].map(|(kind, times)| json!({ "kind": kind, "times": times }));
    let set = emulator.ask(Method::PUT, "/emulator/faults", Some(json!({ "faults": faults }))).await;
    assert_eq!((set.status, &set.json()["faults"]), (200, &json!(faults)));

    let create = || emulator.ask_as(&token, Method::POST, NOTES, note());
    let limited = create().await;
    is_error(&limited, 429, None);
    assert_eq!(limited.json()["policyName"], "TEN_SECONDLY_ROLLING");
    is_error(&create().await, 500, None);
    let left = emulator.ask(Method::GET, "/emulator/faults", None).await.json();
    assert_eq!(left, json!({ "faults": [{ "kind": "server-error", "times": 1 }] }));
    is_error(&create().await, 500, None);
    assert_eq!(notes(&emulator, &token).await, 0);
    let log = emulator.hubspot.calls(0);
    let logged: Vec<_> = log.iter().filter_map(|call| call.fault).collect();
    assert_eq!(logged, [FaultKind::RateLimited, FaultKind::ServerError, FaultKind::ServerError]);
    assert_eq!(emulator.hubspot.faults(), []);
}

#[tokio::test]
async fn a_fault_applies_only_to_api_requests() {
    let emulator = Running::start().await;
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::RateLimited, times: Some(1) }]).unwrap();
    assert_eq!(emulator.ask(Method::GET, "/favicon.ico", None).await.status, 404);
    let long = emulator.request(Method::POST, NOTES).body(vec![b' '; (1 << 20) + 1]);
    assert_eq!(send(long).await.status, 413);
    assert!(emulator.hubspot.calls(0).iter().all(|call| call.fault.is_none()));
    assert_eq!(emulator.ask(Method::GET, NOTES, None).await.status, 429);
}

#[tokio::test]
async fn a_slow_request_takes_effect() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::Slow, times: Some(1) }]).unwrap();
    let began = Instant::now();
    let answer = emulator.ask_as(&token, Method::POST, NOTES, note()).await;
    assert_eq!(answer.status, 201);
    assert!((Duration::from_secs(3)..Duration::from_secs(10)).contains(&began.elapsed()));
    assert_eq!(notes(&emulator, &token).await, 1);
    assert!(
        emulator.hubspot.calls(0).iter().any(|call| call.fault == Some(FaultKind::Slow) && call.milliseconds >= 3000)
    );
}

#[tokio::test]
async fn a_slow_answer_is_logged_even_if_the_client_disconnects() {
    let emulator = Running::start().await;
    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::Slow, times: Some(1) }]).unwrap();
    let request = emulator.request(Method::GET, NOTES).timeout(Duration::from_millis(300));
    assert!(request.send().await.unwrap_err().is_timeout());
    let log = async {
        while emulator.hubspot.calls(0).is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        emulator.hubspot.calls(0)
    };
    let log = tokio::time::timeout(Duration::from_secs(20), log).await.expect("the call is in the log");
    assert_eq!((log[0].status, log[0].fault), (Some(401), Some(FaultKind::Slow)));
}

#[tokio::test]
async fn a_fault_without_times_stays_until_it_is_removed() {
    let emulator = Running::start().await;
    let set = |faults: Value| emulator.ask(Method::PUT, "/emulator/faults", Some(json!({ "faults": faults })));
    set(json!([{ "kind": "server-error", "times": null }])).await;
    for _ in 0..5 {
        assert_eq!(emulator.ask(Method::GET, NOTES, None).await.status, 500);
    }
    assert_eq!(set(json!([])).await.status, 200);
    assert_eq!(emulator.ask(Method::GET, NOTES, None).await.status, 401);

    let replay = json!({ "kind": "replay", "times": 1 });
    for wrong in [
        json!([{ "kind": "earthquake", "times": 1 }]),
        json!([{ "kind": "slow", "times": 0 }]),
        json!([{ "kind": "slow", "times": -1 }]),
        json!(vec![replay; 17]),
        json!({}),
    ] {
        assert_eq!(set(wrong.clone()).await.status, 400, "{wrong}");
    }
    assert_eq!(emulator.hubspot.faults(), []);
}

#[tokio::test]
async fn webhook_faults_break_the_signature_or_replay_the_request() {
    let (emulator, receiver) = Receiver::behind("https://bridge.example.com", options()).await;
    emulator.set_webhooks("https://bridge.example.com", false).await;

    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }]).unwrap();
    let booking = emulator.hubspot.book(&meeting()).await.unwrap();
    assert_eq!(booking.calls[0].fault, Some(FaultKind::WrongSignature));
    let received = receiver.received().remove(0);
    let at = received.header("x-hubspot-request-timestamp").unwrap().parse().unwrap();
    let v3 = sign::v3(SECRET, "POST", "https://bridge.example.com/create", &received.body, at);
    assert_ne!(received.header("x-hubspot-signature-v3"), Some(v3.as_str()));
    assert_ne!(received.header("x-hubspot-signature"), Some(sign::v1(SECRET, &received.body).as_str()));

    emulator.hubspot.set_faults(vec![Fault { kind: FaultKind::Replay, times: Some(1) }]).unwrap();
    let booking = emulator.hubspot.book(&meeting()).await.unwrap();
    assert_eq!(booking.meeting.conference_id.as_deref(), Some("Conf-1"));
    let faults: Vec<_> = booking.calls.iter().map(|call| call.fault).collect();
    assert_eq!(faults, [None, Some(FaultKind::Replay)]);
    let received = receiver.received();
    assert_eq!((received.len(), &received[0]), (2, &received[1]));

    emulator.hubspot.book(&meeting()).await.unwrap();
    assert_eq!(receiver.received().len(), 1);
}
