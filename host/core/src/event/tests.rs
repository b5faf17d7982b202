//! The JSON form of every case in the contract.

use serde_json::{Value, json};

use super::{data, extras, kind, rfc3339};
use crate::types::meeting_event::{
    AccountNotice, ArtifactChanged, ArtifactKind, ArtifactState, AttendanceReported, Attendee, CallChanged,
    CallDirection, CallStatus, CaptureChange, CaptureChanged, EventData, File, LeaveReason, Link, LinkRole, Medium,
    MeetingChange, MeetingChanged, ParticipantChange, ParticipantChanged, Role, SessionChange, SessionChanged,
    Snapshot, Span, Venue,
};

const TIME: u64 = 1_661_374_615_000;
const TIME_TEXT: &str = "2022-08-24T20:56:55.000Z";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn written(happened: EventData) -> (&'static str, Value) {
    (kind(&happened).leak(), data(&happened))
}

fn snapshot() -> Snapshot {
    Snapshot {
        topic: text("Plans"),
        agenda: None,
        start: Some(TIME),
        end: None,
        timezone: text("Europe/Zurich"),
        organizer_id: text("7"),
        organizer_name: text("Ann"),
        organizer_email: text("ann@example.com"),
        sequence: Some(2),
    }
}

fn snapshot_json() -> Value {
    json!({
        "topic": "Plans", "agenda": null, "start": TIME_TEXT, "end": null, "timezone": "Europe/Zurich",
        "organizerId": "7", "organizerName": "Ann", "organizerEmail": "ann@example.com", "sequence": 2,
    })
}

#[test]
fn times_have_milliseconds() {
    assert_eq!(rfc3339(TIME).as_deref(), Some(TIME_TEXT));
    assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
    assert_eq!(rfc3339(1_649_325_481_250).as_deref(), Some("2022-04-07T09:58:01.250Z"));
    assert_eq!(rfc3339(253_402_207_200_001), None);
    assert_eq!(rfc3339(u64::MAX), None);
}

#[test]
fn meetings() {
    for (change, flat, word) in [
        (MeetingChange::Scheduled, "meeting.scheduled", "scheduled"),
        (MeetingChange::Updated, "meeting.updated", "updated"),
        (MeetingChange::Cancelled, "meeting.cancelled", "cancelled"),
    ] {
        let happened = EventData::Meeting(MeetingChanged { change, snapshot: snapshot() });
        let expected = json!({ "meeting": { "change": word, "snapshot": snapshot_json() } });
        assert_eq!(written(happened), (flat, expected));
    }
}

#[test]
fn sessions() {
    let started = EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None });
    assert_eq!(written(started), ("session.started", json!({ "session": { "change": "started", "snapshot": null } })));
    let ended = EventData::Session(SessionChanged { change: SessionChange::Ended, snapshot: Some(snapshot()) });
    let expected = json!({ "session": { "change": "ended", "snapshot": snapshot_json() } });
    assert_eq!(written(ended), ("session.ended", expected));
}

fn participant(role: Option<Role>, venue: Venue, change: ParticipantChange) -> EventData {
    EventData::Participant(ParticipantChanged {
        id: text("7"),
        name: None,
        email: text("ann@example.com"),
        role,
        venue,
        change,
        join_url: text("https://meet.example.com/7"),
    })
}

fn participant_json(role: &Value, venue: &str, change: &Value) -> Value {
    json!({ "participant": {
        "id": "7", "name": null, "email": "ann@example.com", "role": role, "venue": venue, "change": change,
        "joinUrl": "https://meet.example.com/7",
    } })
}

#[test]
fn participants_and_their_roles() {
    for (role, expected) in [
        (None, json!(null)),
        (Some(Role::Organizer), json!("organizer")),
        (Some(Role::Moderator), json!("moderator")),
        (Some(Role::Participant), json!("participant")),
        (Some(Role::Other("scribe".to_owned())), json!({ "other": "scribe" })),
    ] {
        let happened = participant(role, Venue::Conference, ParticipantChange::Joined);
        let expected = participant_json(&expected, "conference", &json!("joined"));
        assert_eq!(written(happened), ("participant.joined", expected));
    }
    let happened = participant(Some(Role::Moderator), Venue::Lobby, ParticipantChange::RoleChanged);
    let expected = participant_json(&json!("moderator"), "lobby", &json!("role-changed"));
    assert_eq!(written(happened), ("participant.role-changed", expected));
}

#[test]
fn reasons_for_leaving() {
    for (reason, expected) in [
        (None, json!(null)),
        (Some(LeaveReason::UserExit), json!("user-exit")),
        (Some(LeaveReason::UserDropped), json!("user-dropped")),
        (Some(LeaveReason::HostKicked), json!("host-kicked")),
        (Some(LeaveReason::HostKickedBlocked), json!("host-kicked-blocked")),
        (Some(LeaveReason::Other("fire".to_owned())), json!({ "other": "fire" })),
    ] {
        let happened = participant(None, Venue::Livestream, ParticipantChange::Left(reason));
        let expected = participant_json(&json!(null), "livestream", &json!({ "left": expected }));
        assert_eq!(written(happened), ("participant.left", expected));
    }
}

#[test]
fn captures() {
    for (medium, medium_word) in [
        (Medium::Recording, "recording"),
        (Medium::Streaming, "streaming"),
        (Medium::Broadcasting, "broadcasting"),
        (Medium::Transcription, "transcription"),
    ] {
        for (change, flat, word) in [
            (CaptureChange::Started, "capture.started", "started"),
            (CaptureChange::Paused, "capture.paused", "paused"),
            (CaptureChange::Resumed, "capture.resumed", "resumed"),
            (CaptureChange::Stopped, "capture.stopped", "stopped"),
            (CaptureChange::Failed, "capture.failed", "failed"),
        ] {
            let happened = EventData::Capture(CaptureChanged { medium, change });
            let expected = json!({ "capture": { "medium": medium_word, "change": word } });
            assert_eq!(written(happened), (flat, expected));
        }
    }
}

fn artifact(kind: ArtifactKind, state: ArtifactState, links: Vec<Link>) -> EventData {
    EventData::Artifact(ArtifactChanged { kind, state, id: text("9"), links, token: None })
}

fn artifact_json(kind: &Value, state: &str, links: &Value) -> Value {
    json!({ "artifact": { "kind": kind, "state": state, "id": "9", "links": links, "token": null } })
}

#[test]
fn artifacts() {
    for (kind, expected) in [
        (ArtifactKind::Recording, json!("recording")),
        (ArtifactKind::Transcript, json!("transcript")),
        (ArtifactKind::Summary, json!("summary")),
        (ArtifactKind::Chat, json!("chat")),
        (ArtifactKind::StreamPreview, json!("stream-preview")),
        (ArtifactKind::Other("whiteboard".to_owned()), json!({ "other": "whiteboard" })),
    ] {
        let happened = artifact(kind, ArtifactState::Ready, Vec::new());
        assert_eq!(written(happened), ("artifact.ready", artifact_json(&expected, "ready", &json!([]))));
    }
    for (state, flat, word) in
        [(ArtifactState::Failed, "artifact.failed", "failed"), (ArtifactState::Deleted, "artifact.deleted", "deleted")]
    {
        let happened = artifact(ArtifactKind::Chat, state, Vec::new());
        assert_eq!(written(happened), (flat, artifact_json(&json!("chat"), word, &json!([]))));
    }
}

#[test]
fn links() {
    let roles = [
        (LinkRole::Download, json!("download")),
        (LinkRole::Play, json!("play")),
        (LinkRole::Merged, json!("merged")),
        (LinkRole::Part, json!("part")),
        (LinkRole::Video, json!("video")),
        (LinkRole::Image, json!("image")),
        (LinkRole::Other("poster".to_owned()), json!({ "other": "poster" })),
    ];
    for (role, expected) in roles {
        let link = Link { role, url: "1.webm".to_owned(), relative: true, expires_at: Some(TIME) };
        let links = json!([{ "role": expected, "url": "1.webm", "relative": true, "expiresAt": TIME_TEXT }]);
        let happened = artifact(ArtifactKind::Recording, ArtifactState::Ready, vec![link]);
        assert_eq!(written(happened).1, artifact_json(&json!("recording"), "ready", &links));
    }
}

#[test]
fn attendance() {
    let attendee = Attendee {
        name: "Ann".to_owned(),
        id: None,
        email: text("ann@example.com"),
        spans: vec![Span { joined: Some(TIME), left: None }, Span { joined: None, left: Some(TIME) }],
    };
    let report = AttendanceReported {
        id: "s".to_owned(),
        agenda: text("plans"),
        minutes: None,
        attendees: vec![attendee],
        recording_pending: true,
    };
    let expected = json!({ "attendance": {
        "id": "s", "agenda": "plans", "minutes": null, "recordingPending": true,
        "attendees": [{
            "name": "Ann", "id": null, "email": "ann@example.com",
            "spans": [{ "joined": TIME_TEXT, "left": null }, { "joined": null, "left": TIME_TEXT }],
        }],
    } });
    assert_eq!(written(EventData::Attendance(report)), ("attendance.reported", expected));
}

#[test]
fn calls() {
    for (direction, direction_word) in [(CallDirection::Outbound, "outbound"), (CallDirection::Inbound, "inbound")] {
        for (status, flat, expected) in [
            (CallStatus::New, "call.new", json!("new")),
            (CallStatus::Dialed, "call.dialed", json!("dialed")),
            (CallStatus::Answered, "call.answered", json!("answered")),
            (CallStatus::Connected, "call.connected", json!("connected")),
            (CallStatus::Ended, "call.ended", json!("ended")),
            (CallStatus::Rejected, "call.rejected", json!("rejected")),
            (CallStatus::NoAnswer, "call.no-answer", json!("no-answer")),
            (CallStatus::Cancelled, "call.cancelled", json!("cancelled")),
            (CallStatus::NotEnabled, "call.not-enabled", json!("not-enabled")),
            (CallStatus::Failed, "call.failed", json!("failed")),
            (CallStatus::Other("busy".to_owned()), "call.other", json!({ "other": "busy" })),
        ] {
            let phone_number = text("+14165550123");
            let call = CallChanged { direction, status, participant_id: None, phone_number };
            let expected = json!({ "call": {
                "direction": direction_word, "status": expected, "participantId": null, "phoneNumber": "+14165550123",
            } });
            assert_eq!(written(EventData::Call(call)), (flat, expected));
        }
    }
}

#[test]
fn aliases_and_accounts() {
    assert_eq!(written(EventData::Alias("1258835".to_owned())), ("alias", json!({ "alias": "1258835" })));
    let file = || File { id: "3301".to_owned(), name: "slides.pdf".to_owned(), size: Some(u64::MAX) };
    let file_json = || json!({ "id": "3301", "name": "slides.pdf", "size": u64::MAX });
    for (notice, flat, expected) in [
        (AccountNotice::PictureAccepted, "account.picture-accepted", json!("picture-accepted")),
        (AccountNotice::PictureFailed, "account.picture-failed", json!("picture-failed")),
        (AccountNotice::FileAdded(file()), "account.file-added", json!({ "fileAdded": file_json() })),
        (AccountNotice::FileDeleted(file()), "account.file-deleted", json!({ "fileDeleted": file_json() })),
        (AccountNotice::Other("moved".to_owned()), "account.other", json!({ "other": "moved" })),
    ] {
        assert_eq!(written(EventData::Account(notice)), (flat, json!({ "account": expected })));
    }
}

#[test]
fn extras_keep_all_digits_and_invalid_json() {
    let given = [("/big", "123456789012345678901234567890"), ("/broken", "{not json"), ("", r#""whole""#)];
    let written = extras(&given.map(|(pointer, text)| (pointer.to_owned(), text.to_owned())));
    let expected = r#"{"":"whole","/big":123456789012345678901234567890,"/broken":"{not json"}"#;
    assert_eq!(Value::from(written).to_string(), expected);
}

#[test]
fn deeply_nested_extras_stay_text() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (depth, is_text) in [(100, false), (101, true), (127, true), (1000, true)] {
        let written = extras(&[("/deep".to_owned(), nested(depth))]);
        assert_eq!(written["/deep"].is_string(), is_text, "{depth}");
        let event = serde_json::json!({ "events": [{ "extras": written }] }).to_string();
        assert!(serde_json::from_str::<Value>(&event).is_ok(), "{depth}");
    }
}
