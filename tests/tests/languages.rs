//! The plug templates in three languages: each builds with the commands in its README.md, passes the conformance tests,
//! and behaves like the others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use cordboard::events;
use cordboard::plug::{Class, Engine, Options};
use cordboard_conformance::{Verdict, quick};
use cordboard_emulator::hubspot::{Booking, Change, Status};
use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::emulator::Emulator;
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::rooms::{API_KEY, HOOK_TOKEN, Rooms};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::booking::{HOUR, START, meeting};
use cordboard_tests::template::{self, Built, LANGUAGES};
use serde_json::{Value, json};

const INGEST_KEY: &str = "ingest-key-of-the-rooms-connection";

#[tokio::test]
#[ignore = "needs Node.js, npm and Python; .ci/run runs it"]
async fn a_plug_is_the_same_in_every_language() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    let built = LANGUAGES.map(|language| template::build(&folder, language));
    let engine = Engine::new(&Options::default()).unwrap();
    let mut descriptions = Vec::new();
    let mut transcript = Vec::new();
    for (language, built) in LANGUAGES.into_iter().zip(&built) {
        let plug = engine.load(&built.file()).unwrap_or_else(|error| panic!("{language}: {error}"));
        assert_eq!(plug.class(), if language == "rust" { Class::Lean } else { Class::Roomy });
        assert_eq!(quick(&plug), Ok(()), "{language}");
        let report = built.test(&plug);
        let passed = report.findings.iter().filter(|finding| finding.verdict == Verdict::Passed).count();
        assert!(report.passed() && report.findings.len() - passed == 1, "{language}: {report:#?}");
        descriptions.push(plug.description().clone());
        transcript.push(served(built).await);
    }
    for (language, (description, transcript_of)) in LANGUAGES.into_iter().zip(descriptions.iter().zip(&transcript)) {
        assert_eq!(*description, descriptions[0], "{language}");
        assert_eq!(transcript_of, &transcript[0], "{language}");
    }
}

/// Serves HubSpot with a plug. Returns a transcript of all requests and answers, without values that differ each time.
async fn served(built: &Built) -> Vec<Value> {
    let (installation, rooms) = (Installation::new(), Rooms::start().await);
    installation.put("desk.wasm", &built.file());
    let connection = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"./desk.wasm\"\ningest-key = \"{INGEST_KEY}\"\n\
         outbound = {{ allow-private = true, allow = [\"{at}\"] }}\n\
         settings = {{ address = \"http://{at}\", api-key = \"{API_KEY}\", hook-token = \"{HOOK_TOKEN}\" }}\n",
        at = rooms.address
    );
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &connection)).await;
    let emulator = Emulator::calling(&bridge, |_| ()).await;
    let mut transcript = Vec::new();

    let booked = emulator.hubspot.book(&meeting("Plans \"A\" für 日本")).await.unwrap();
    assert_eq!(booked.meeting.status, Status::Booked, "{booked:?}");
    assert_eq!(booked.meeting.conference_url.as_deref(), Some("https://rooms.example.org/1"));
    transcript.push(json!({ "booked": calls(&booked), "rooms": requests(&rooms) }));

    let change = Change {
        topic: Some("New plans".to_owned()),
        start_time: Some(START + HOUR),
        end_time: Some(START + 2 * HOUR),
    };
    let changed = emulator.hubspot.change(&booked.meeting.id, &change).await.unwrap();
    transcript.push(json!({ "changed": calls(&changed), "rooms": requests(&rooms) }));

    // Webhooks about the room become one event of the meeting.
    for (body, status) in [
        (r#"{"what":"opened","room":"room 1","at":1899475200000,"number":12,"by":{"name":"Zoë"}}"#, 204),
        (r#"{"what":"opened","room":"room 1","at":1899475200000,"number":12,"again":true}"#, 204),
        (r#"{"what":"painted","room":"room 1"}"#, 202),
        (r#"{"what":"closed"}"#, 400),
        ("[", 400),
    ] {
        let answer = bridge.send(&webhook(body)).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    let forged = bridge.send(&webhook("{}").with("x-desk-token", "guess")).await;
    assert_eq!(forged.status, 401);
    transcript.push(json!({ "events": events_of(&bridge).await }));

    for status in [401, 404, 422, 429, 500] {
        rooms.fail(Some(status));
        let failed = emulator.hubspot.book(&meeting("Refused")).await.unwrap();
        assert_eq!(failed.meeting.status, Status::Failed, "{status}: {failed:?}");
        transcript.push(json!({ "provider status": status, "booked": calls(&failed), "rooms": requests(&rooms) }));
    }
    rooms.fail(None);

    let canceled = emulator.hubspot.cancel(&booked.meeting.id).await.unwrap();
    transcript.push(json!({ "canceled": calls(&canceled), "rooms": requests(&rooms) }));
    bridge.close().await;
    transcript
}

fn webhook(body: &str) -> Request {
    Request::post(&format!("/in/{INGEST_KEY}/events"), body).header("x-desk-token", HOOK_TOKEN)
}

/// Returns HubSpot's calls with their answers.
fn calls(booking: &Booking) -> Vec<Value> {
    let calls = booking.calls.iter().map(|call| {
        let mut body: Value = serde_json::from_str(&call.response_body).unwrap_or_default();
        if let Some(members) = body.as_object_mut() {
            members.remove("conferenceId");
        }
        json!({ "call": call.name, "status": call.status, "body": body })
    });
    calls.collect()
}

fn requests(rooms: &Rooms) -> Vec<Value> {
    rooms.calls().into_iter().map(|(call, body)| json!({ "call": call, "body": body })).collect()
}

async fn events_of(bridge: &Bridge) -> Vec<Value> {
    let mut events: Vec<Value> = bridge.events().await.iter().map(events::json::event).collect();
    assert_eq!(events.len(), 1, "a repeat is stored once: {events:?}");
    for event in &mut events {
        assert_eq!((&event["type"], &event["extras"]["/by/name"]), (&json!("session.started"), &json!("Zoë")));
        for variable in ["receivedAt", "conferenceId", "requestId"] {
            assert!(event[variable].take().is_string(), "{variable}");
        }
    }
    events
}
