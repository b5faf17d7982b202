//! Tests the documented samples, corrected where they are not JSON.

use crate::sender::{DELETED, MEETING, RECORDING, SUMMARY, receive};
use cordboard_plug::meeting_event::{
    ArtifactChanged, ArtifactKind, ArtifactState, AttendanceReported, Attendee, ConferenceRef, EventData, Link,
    LinkRole, MeetingChange, MeetingChanged, MeetingEvent, SessionChange, SessionChanged, Snapshot, Span,
};
use cordboard_plug::{Receipt, Rejection};
use serde_json::{Value, json};

fn taken(route: &str, body: &str) -> Receipt {
    let receipt = receive(route, body.as_bytes()).unwrap();
    assert_eq!(receipt.response.status, 204);
    assert!(receipt.response.headers.is_empty() && receipt.response.body.is_empty());
    receipt
}

fn one(route: &str, body: &str) -> MeetingEvent {
    let mut events = taken(route, body).events;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].source_event, route);
    events.remove(0)
}

/// Returns a sample with some members replaced.
fn with(sample: &str, members: Value) -> String {
    let mut body: Value = serde_json::from_str(sample).unwrap();
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body.to_string()
}

fn plan() -> Snapshot {
    Snapshot {
        topic: Some("My Meeting Topic".to_owned()),
        agenda: None,
        start: Some(1_649_322_000_000),
        end: Some(1_649_325_600_000),
        timezone: Some("Europe/Zurich".to_owned()),
        organizer_id: Some("5e9459c5b863b82cefdddf4e".to_owned()),
        organizer_name: Some("Test User".to_owned()),
        organizer_email: Some("test-user@example.com".to_owned()),
        sequence: Some(0),
    }
}

fn meeting_ref() -> Option<ConferenceRef> {
    Some(ConferenceRef { id: "5e945c36b863b82cefdddf54".to_owned(), code: Some("9974-7653-8886-0485".to_owned()) })
}

#[test]
fn a_scheduled_meeting_has_its_snapshot() {
    let event = one("onMeetingScheduled", MEETING);
    assert_eq!(event.conference, meeting_ref());
    assert_eq!(event.organization.company.as_deref(), Some("5e9459c5b863b82cefdddf4f"));
    assert_eq!((event.organization.host, event.occurred_at), (None, None));
    let data = MeetingChanged { change: MeetingChange::Scheduled, snapshot: plan() };
    assert_eq!(event.data, EventData::Meeting(data));
    let key = r#"["onMeetingScheduled","5e945c36b863b82cefdddf54","0","2022-04-07T09:00:00.000Z"]"#;
    assert_eq!(event.dedupe_key.as_deref(), Some(key));
    let extra = |pointer: &str| event.extras.iter().find(|(at, _)| at == pointer).map(|(_, text)| text.as_str());
    assert_eq!(extra("/duration"), Some(r#""60""#));
    assert_eq!(extra("/recurring/endsAfter"), Some("0"));
    assert_eq!(extra("/dialInNumbers"), Some("[]"));
    assert_eq!(extra("/dtClosedAt"), Some("null"));
    assert_eq!(extra("/topic"), None);
    // 37 members, of which `recurring` has six leaves, less the eleven that have fields.
    assert_eq!(event.extras.len(), 37 + 5 - 11);
}

#[test]
fn updates_have_no_dedupe_key() {
    let event = one("onMeetingUpdated", MEETING);
    assert_eq!(event.data, EventData::Meeting(MeetingChanged { change: MeetingChange::Updated, snapshot: plan() }));
    assert_eq!(event.dedupe_key, None);
}

#[test]
fn a_closed_meeting_ends_its_session() {
    let event = one("onMeetingClosed", MEETING);
    let ended = EventData::Session(SessionChanged { change: SessionChange::Ended, snapshot: Some(plan()) });
    assert_eq!((&event.data, event.occurred_at, &event.dedupe_key), (&ended, None, &None));

    let event = one("onMeetingClosed", &with(MEETING, json!({ "dtClosedAt": "2022-04-07T09:58:01.250Z" })));
    assert_eq!((&event.data, event.occurred_at), (&ended, Some(1_649_325_481_250)));
    let key = r#"["onMeetingClosed","5e945c36b863b82cefdddf54","0","2022-04-07T09:58:01.250Z"]"#;
    assert_eq!(event.dedupe_key.as_deref(), Some(key));
    assert!(!event.extras.iter().any(|(pointer, _)| pointer == "/dtClosedAt"));

    let event = one("onMeetingClosed", &with(MEETING, json!({ "dtClosedAt": 1_649_325_481_250_u64 })));
    assert_eq!(event.occurred_at, Some(1_649_325_481_250));
}

#[test]
fn each_deleted_meeting_is_an_event() {
    let mut meetings: Vec<Value> = serde_json::from_str(DELETED).unwrap();
    let mut other = meetings[0].clone();
    other["id"] = json!("another");
    meetings.push(other);
    let events = taken("onMeetingDeleted", &Value::from(meetings).to_string()).events;
    assert_eq!(events.len(), 2);
    let cancelled = EventData::Meeting(MeetingChanged { change: MeetingChange::Cancelled, snapshot: plan() });
    assert_eq!((&events[0].data, &events[1].data), (&cancelled, &cancelled));
    assert_eq!(events[0].conference, meeting_ref());
    assert_eq!(events[1].conference.as_ref().unwrap().id, "another");
    assert_ne!(events[0].dedupe_key, events[1].dedupe_key);
    assert!(events[0].dedupe_key.is_some());
    assert!(events[0].extras.contains(&("/0/recurring/endsAfter".to_owned(), "0".to_owned())));
    assert!(events[1].extras.iter().all(|(pointer, _)| pointer.starts_with("/1/")));
}

#[test]
fn a_deleted_meeting_may_come_without_a_list_and_a_list_may_be_empty() {
    let event = one("onMeetingDeleted", MEETING);
    assert!(event.extras.iter().any(|(pointer, _)| pointer == "/duration"));
    assert_eq!(taken("onMeetingDeleted", "[]").events, []);
}

#[test]
fn a_summary_is_an_attendance_report() {
    let event = one("onMeetingSummaryCreated", SUMMARY);
    let span = |joined, left| Span { joined: Some(joined), left: Some(left) };
    let attendee = |name: &str, spans| Attendee { name: name.to_owned(), id: None, email: None, spans };
    let report = AttendanceReported {
        id: "5f7d49eb62e8f9a43b23f986".to_owned(),
        agenda: None,
        minutes: None,
        attendees: vec![
            attendee(
                "Participant 1",
                vec![span(1_602_046_445_811, 1_602_046_670_808), span(1_602_047_908_378, 1_602_048_304_208)],
            ),
            attendee("Participant 2", vec![span(1_602_046_456_329, 1_602_046_669_443)]),
        ],
        recording_pending: false,
    };
    assert_eq!(event.data, EventData::Attendance(report));
    let meeting = ConferenceRef { id: "5f7d49e662e8f9a43b23f983".to_owned(), code: None };
    assert_eq!((event.conference, event.occurred_at), (Some(meeting), None));
    assert_eq!(event.organization.company.as_deref(), Some("5c73790ab377b0f7fbf81fde"));
    assert_eq!(event.dedupe_key.as_deref(), Some(r#"["onMeetingSummaryCreated","5f7d49eb62e8f9a43b23f986"]"#));
    let browser = ("/data/participants/1/info/browserName".to_owned(), r#""Chrome""#.to_owned());
    assert!(event.extras.contains(&browser) && event.extras.contains(&("/responseCode".to_owned(), "0".to_owned())));
}

#[test]
fn a_summary_may_come_without_its_wrapper() {
    let mut body: Value = serde_json::from_str(SUMMARY).unwrap();
    let bare = one("onMeetingSummaryCreated", &body["data"].take().to_string());
    let wrapped = one("onMeetingSummaryCreated", SUMMARY);
    assert_eq!((&bare.data, &bare.conference), (&wrapped.data, &wrapped.conference));
    assert_eq!(bare.extras.len() + 1, wrapped.extras.len());
}

#[test]
fn unpaired_joins_and_leaves_become_open_spans() {
    let step = |action: &str, time: u64| json!({ "action": action, "timestamp": 1_602_046_000_000_u64 + time });
    let durations = [
        step("left", 1),
        step("joined", 2),
        step("joined", 3),
        step("muted", 4),
        step("left", 5),
        json!({ "action": "left" }),
        json!("left"),
        step("joined", 6),
    ];
    let participants = json!(["?", { "durations": durations, "email": "x@example.com" }]);
    let body = json!({ "id": "s", "meetingId": "m", "isRecordingPrepared": true, "minutes": "- done", "participants": participants });
    let event = one("onMeetingSummaryCreated", &body.to_string());
    let EventData::Attendance(report) = event.data else { panic!("{:?}", event.data) };
    assert!(report.recording_pending);
    assert_eq!(report.minutes.as_deref(), Some("- done"));
    assert_eq!((report.attendees.len(), report.attendees[0].name.as_str()), (1, ""));
    let at = |time: Option<u64>| time.map(|time| 1_602_046_000_000 + time);
    let spans = [(None, Some(1)), (Some(2), None), (Some(3), Some(5)), (Some(6), None)];
    let spans = spans.map(|(joined, left)| Span { joined: at(joined), left: at(left) });
    assert_eq!(report.attendees[0].spans, spans);
    let extras: Vec<_> = event.extras.iter().map(|(pointer, text)| (pointer.as_str(), text.as_str())).collect();
    let durations = "/participants/1/durations";
    assert_eq!(
        extras,
        [
            ("/participants/0", r#""?""#),
            (&format!("{durations}/3/action"), r#""muted""#),
            (&format!("{durations}/3/timestamp"), "1602046000004"),
            (&format!("{durations}/5/action"), r#""left""#),
            (&format!("{durations}/6"), r#""left""#),
            ("/participants/1/email", r#""x@example.com""#),
        ]
    );
}

#[test]
fn a_recording_is_ready() {
    let event = one("onMeetingRecordingCreated", RECORDING);
    let link = |role, url: &str, relative| Link { role, url: url.to_owned(), relative, expires_at: None };
    let artifact = ArtifactChanged {
        kind: ArtifactKind::Recording,
        state: ArtifactState::Ready,
        id: Some("5f48a701ee0c388a879bffa7".to_owned()),
        links: vec![
            link(LinkRole::Merged, "https://.../<merged-file>.webm", false),
            link(LinkRole::Part, "video-file-1.webm", true),
            link(LinkRole::Part, "video-file-2.webm", true),
            link(LinkRole::Part, "video-file-3.webm", true),
        ],
        token: Some("f7140700-310e-46b8-9813-be0cb0e6b59c".to_owned()),
    };
    assert_eq!(event.data, EventData::Artifact(artifact));
    let meeting = ConferenceRef { id: "5e945c36b863b82cefdddf54".to_owned(), code: None };
    assert_eq!(event.conference, Some(meeting));
    assert!(event.dedupe_key.unwrap().contains("merged-file"));
    assert_eq!(event.extras, []);
}

#[test]
fn an_unsafe_link_becomes_an_extra() {
    let urls = json!([
        "javascript:alert(1)",
        "../x",
        "/etc/passwd",
        "a\nb",
        "",
        5,
        "https://",
        "ok.webm",
        "https://x.example/2.webm"
    ]);
    let body = json!({ "meetingId": "m", "recordingUrls": urls, "mergedRecordingUrl": null });
    let event = one("onMeetingRecordingCreated", &body.to_string());
    let EventData::Artifact(artifact) = event.data else { panic!("{:?}", event.data) };
    let links: Vec<_> = artifact.links.iter().map(|link| (link.url.as_str(), link.relative)).collect();
    assert_eq!(links, [("ok.webm", true), ("https://x.example/2.webm", false)]);
    assert_eq!(event.extras.len(), 8);
    assert_eq!(event.dedupe_key, None);
}

#[test]
fn a_missing_id_is_rejected_by_name() {
    for (route, body, field) in [
        ("onMeetingScheduled", json!({ "meetingId": "9974-7653-8886-0485" }), "`/id`"),
        ("onMeetingUpdated", json!({ "id": null }), "`/id`"),
        ("onMeetingClosed", json!({ "id": "" }), "`/id`"),
        ("onMeetingClosed", json!([{ "id": "a" }]), "`/id`"),
        ("onMeetingDeleted", json!([{ "id": "a" }, { "id": ["b"] }]), "`/1/id`"),
        ("onMeetingDeleted", json!([5]), "`/0/id`"),
        ("onMeetingDeleted", json!("a"), "`/id`"),
        ("onMeetingSummaryCreated", json!({ "responseCode": 0, "data": { "meetingId": "m" } }), "`/data/id`"),
        ("onMeetingSummaryCreated", json!({ "responseCode": 0, "data": { "id": "s" } }), "`/data/meetingId`"),
        ("onMeetingSummaryCreated", json!({ "responseCode": -99, "data": null }), "`/id`"),
        ("onMeetingRecordingCreated", json!({ "meetingSummaryId": "s" }), "`/meetingId`"),
    ] {
        match receive(route, body.to_string().as_bytes()) {
            Err(Rejection::Malformed(text)) => assert!(text.contains(field), "{route}: {text}"),
            other => panic!("{route} accepted {body}: {other:?}"),
        }
    }
}

#[test]
fn an_id_may_be_a_number() {
    let event = one("onMeetingScheduled", r#"{"id": 123456789012345678901234567890}"#);
    assert_eq!(event.conference.unwrap().id, "123456789012345678901234567890");
}

#[test]
fn an_undocumented_webhook_is_unsupported() {
    let rejection = receive("onMeetingJoined", MEETING.as_bytes()).unwrap_err();
    assert_eq!(rejection, Rejection::Unsupported("onMeetingJoined".to_owned()));
}
