//! Tests of the JSON form of stored events.

use serde_json::{Value, json};

use super::json;
use cordboard_runtime::contract::meeting_event::{
    ConferenceRef, EventData, MeetingEvent, Organization, SessionChange, SessionChanged,
};
use cordboard_store::{Conference, ConnectionId, NewEvent, StoredEvent};

const TIME: u64 = 1_661_374_615_000;
const TIME_TEXT: &str = "2022-08-24T20:56:55.000Z";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn stored() -> StoredEvent {
    let connection = ConnectionId::new(123_123, "portal");
    let extras = [
        ("/payload/big", "123456789012345678901234567890"),
        ("/payload/list", r#"[1, "a", null]"#),
        ("/payload/broken", "{not json"),
        ("", r#""whole""#),
    ];
    let event = MeetingEvent {
        source_event: "conference_start".to_owned(),
        occurred_at: Some(TIME),
        conference: Some(ConferenceRef { id: "1258835".to_owned(), code: text("555-1234") }),
        organization: Organization { company: text("7012"), host: None },
        data: EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
        dedupe_key: None,
        extras: extras.map(|(pointer, text)| (pointer.to_owned(), text.to_owned())).into(),
    };
    let event = NewEvent {
        inbound_request: "d".repeat(32),
        connection: connection.clone(),
        route: "events".to_owned(),
        dedupe_key: "sha256:00#0".to_owned(),
        dedupe_within: Some(600_000),
        event,
        received_at: TIME + 250,
    };
    let conference = Conference {
        id: "c".repeat(32),
        app: 54_321.into(),
        connection,
        provider_id: "1258835".to_owned(),
        join_url: "https://meet.example.com/1258835".to_owned(),
        details: String::new(),
        user_id: 123.into(),
        user: "ann@example.com".to_owned(),
        topic: "Plans".to_owned(),
        start: TIME,
        end: TIME,
        created_at: TIME,
        deleted_at: None,
    };
    StoredEvent { sequence: 12, event, conference: Some(conference) }
}

#[test]
fn every_member_of_an_event_is_written() {
    let expected = json!({
        "sequence": 12,
        "type": "session.started",
        "sourceEvent": "conference_start",
        "occurredAt": TIME_TEXT,
        "receivedAt": "2022-08-24T20:56:55.250Z",
        "account": "123123",
        "connection": "portal",
        "route": "events",
        "conferenceId": "cccccccccccccccccccccccccccccccc",
        "providerConferenceId": "1258835",
        "code": "555-1234",
        "user": { "id": "123", "name": "ann@example.com" },
        "organization": { "company": "7012", "host": null },
        "data": { "session": { "change": "started", "snapshot": null } },
        "dedupeKey": "sha256:00#0",
        "requestId": "dddddddddddddddddddddddddddddddd",
        "extras": {
            "/payload/big": serde_json::from_str::<Value>("123456789012345678901234567890").unwrap(),
            "/payload/list": [1, "a", null],
            "/payload/broken": "{not json",
            "": "whole",
        },
    });
    assert_eq!(json::event(&stored()), expected);
    assert!(json::event(&stored()).to_string().contains(r#""/payload/big":123456789012345678901234567890"#));
}

#[test]
fn unknown_members_are_null() {
    let mut stored = stored();
    stored.conference = None;
    stored.event.event.conference = None;
    stored.event.event.occurred_at = None;
    let written = json::event(&stored);
    for key in ["conferenceId", "providerConferenceId", "code", "user", "occurredAt"] {
        assert_eq!(written.get(key), Some(&Value::Null), "{key}");
    }
}
