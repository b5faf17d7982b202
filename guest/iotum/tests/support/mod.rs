//! Helpers shared by the tests.
#![allow(dead_code, reason = "not every test needs all of it")]

pub mod api;

use cordboard_iotum::{EVENTS, Iotum};
use cordboard_plug::meeting_event::MeetingEvent;
use cordboard_plug::testing::Script;
use cordboard_plug::{Provider, Rejection, WebhookRequest};
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/events");

/// The time of the fixtures' events: 2022-08-24T20:56:55.000Z.
pub const THEN: u64 = 1_661_374_615_000;

/// Returns the names of all fixtures.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir(FIXTURES).unwrap();
    files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Returns the body of an event with its documented fields.
pub fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FIXTURES}/{name}.json")).unwrap()
}

/// Returns a fixture with its payload changed.
pub fn changed(name: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut body: Value = serde_json::from_slice(&fixture(name)).unwrap();
    let mut payload: Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
    change(&mut payload);
    body["payload"] = payload.to_string().into();
    body.to_string().into_bytes()
}

/// Passes a body to the plug and checks the invariants of every receipt.
pub fn receive(body: &[u8]) -> Result<MeetingEvent, Rejection> {
    let request = || WebhookRequest {
        route: EVENTS.to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.to_vec(),
        received_at: 1_767_323_045_000,
    };
    let run = Script::new().run(async |context| Iotum::receive(context, request()).await).unwrap();
    assert!(run.effects.is_empty());
    run.result.map(|mut receipt| {
        assert_eq!((receipt.response.status, receipt.response.headers.len(), receipt.response.body.len()), (204, 0, 0));
        assert_eq!(receipt.events.len(), 1);
        receipt.events.remove(0)
    })
}
