//! Tests the 22 documented events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_plug::meeting_event::{
    AccountNotice, ArtifactChanged, ArtifactKind, ArtifactState, CallChanged, CallDirection, CallStatus, CaptureChange,
    CaptureChanged, EventData, File, LeaveReason, Link, LinkRole, Medium, ParticipantChange, ParticipantChanged, Role,
    SessionChange, SessionChanged, Venue,
};
use serde_json::{Value, json};
use support::{THEN, fixture, names, receive};

fn session(change: SessionChange) -> EventData {
    EventData::Session(SessionChanged { change, snapshot: None })
}

fn capture(medium: Medium, change: CaptureChange) -> EventData {
    EventData::Capture(CaptureChanged { medium, change })
}

fn artifact(kind: ArtifactKind, id: Option<&str>, links: &[(LinkRole, &str)]) -> EventData {
    EventData::Artifact(ArtifactChanged {
        kind,
        state: ArtifactState::Ready,
        id: id.map(str::to_owned),
        links: links
            .iter()
            .map(|(role, url)| Link { role: role.clone(), url: (*url).to_owned(), relative: false, expires_at: None })
            .collect(),
        token: None,
    })
}

fn participant(venue: Venue, change: ParticipantChange, role: Option<Role>, join_url: Option<&str>) -> EventData {
    EventData::Participant(ParticipantChanged {
        id: Some("p-4711".to_owned()),
        name: None,
        email: None,
        role,
        venue,
        change,
        join_url: join_url.map(str::to_owned),
    })
}

fn call(status: CallStatus) -> EventData {
    EventData::Call(CallChanged {
        direction: CallDirection::Outbound,
        status,
        participant_id: Some("p-4711".to_owned()),
        phone_number: Some("+14165550123".to_owned()),
    })
}

fn file(size: Option<u64>) -> File {
    File { id: "3301".to_owned(), name: "slides.pdf".to_owned(), size }
}

/// Every event with its data and the marks of its dedupe key after company and host.
fn expected() -> Vec<(&'static str, EventData, Vec<Value>)> {
    let conference = || vec![json!("1258835")];
    let with = |marks: &[Option<&str>]| {
        let mut all = conference();
        all.extend(marks.iter().map(|mark| json!(mark)));
        all
    };
    vec![
        ("conference_start", session(SessionChange::Started), conference()),
        ("conference_end", session(SessionChange::Ended), conference()),
        ("start_recording", capture(Medium::Recording, CaptureChange::Started), conference()),
        ("stop_recording", capture(Medium::Recording, CaptureChange::Stopped), conference()),
        ("start_streaming", capture(Medium::Streaming, CaptureChange::Started), conference()),
        ("stop_streaming", capture(Medium::Streaming, CaptureChange::Stopped), conference()),
        ("start_broadcasting", capture(Medium::Broadcasting, CaptureChange::Started), conference()),
        ("stop_broadcasting", capture(Medium::Broadcasting, CaptureChange::Stopped), conference()),
        (
            "recording_ready",
            artifact(
                ArtifactKind::Recording,
                Some("90210"),
                &[(LinkRole::Download, "https://media.example.com/recordings/90210.mp4")],
            ),
            with(&[Some("90210")]),
        ),
        ("transcription_ready", artifact(ArtifactKind::Transcript, None, &[]), conference()),
        (
            "stream_preview_updated",
            artifact(
                ArtifactKind::StreamPreview,
                None,
                &[
                    (LinkRole::Video, "https://previews.s3.example.com/1258835.mp4"),
                    (LinkRole::Image, "https://previews.s3.example.com/1258835.jpg"),
                ],
            ),
            with(&[
                Some("https://previews.s3.example.com/1258835.mp4"),
                Some("https://previews.s3.example.com/1258835.jpg"),
            ]),
        ),
        (
            "enter_conference",
            participant(
                Venue::Conference,
                ParticipantChange::Joined,
                Some(Role::Organizer),
                Some("https://app.portal.example.com/conf/call/5551234"),
            ),
            with(&[Some("p-4711"), Some("organizer")]),
        ),
        (
            "leave_conference",
            participant(
                Venue::Conference,
                ParticipantChange::Left(Some(LeaveReason::UserExit)),
                Some(Role::Participant),
                None,
            ),
            with(&[Some("p-4711"), Some("participant"), Some("user_exit")]),
        ),
        (
            "enter_livestream",
            participant(Venue::Livestream, ParticipantChange::Joined, None, None),
            with(&[Some("p-4711"), None]),
        ),
        (
            "leave_livestream",
            participant(Venue::Livestream, ParticipantChange::Left(Some(LeaveReason::HostKicked)), None, None),
            with(&[Some("p-4711"), None, Some("host_kicked")]),
        ),
        (
            "participant_role_changed",
            participant(Venue::Conference, ParticipantChange::RoleChanged, Some(Role::Moderator), None),
            with(&[Some("p-4711"), Some("moderator")]),
        ),
        (
            "dialout_status_change",
            call(CallStatus::NoAnswer),
            with(&[Some("p-4711"), Some("noanswer"), Some("+14165550123")]),
        ),
        (
            "one_time_access_code_reused",
            EventData::Alias("1258835".to_owned()),
            vec![json!("1258901"), json!("1258835")],
        ),
        ("profile_picture_upload_success", EventData::Account(AccountNotice::PictureAccepted), vec![json!("61803")]),
        ("profile_picture_upload_failure", EventData::Account(AccountNotice::PictureFailed), vec![json!("61803")]),
        ("drive_file_added", EventData::Account(AccountNotice::FileAdded(file(Some(48_213)))), vec![json!("3301")]),
        ("drive_file_deleted", EventData::Account(AccountNotice::FileDeleted(file(None))), vec![json!("3301")]),
    ]
}

#[test]
fn every_documented_event_is_read() {
    let expected = expected();
    assert_eq!((expected.len(), names().len()), (22, 22));
    for (name, data, marks) in expected {
        let event = receive(&fixture(name)).unwrap();
        assert_eq!(event.source_event, name);
        assert_eq!(event.occurred_at, Some(THEN), "{name}");
        assert_eq!(event.data, data, "{name}");
        let conference = match name {
            "one_time_access_code_reused" => Some("1258901"),
            _ if name.starts_with("profile_picture") || name.starts_with("drive_file") => None,
            _ => Some("1258835"),
        };
        assert_eq!(event.conference.as_ref().map(|conference| conference.id.as_str()), conference, "{name}");
        assert!(event.conference.is_none_or(|conference| conference.code.is_none()));
        let company = (name != "participant_role_changed").then_some("7012");
        assert_eq!(event.organization.company.as_deref(), company, "{name}");
        assert_eq!(event.organization.host.as_deref(), Some("61803"), "{name}");
        assert_eq!(event.extras, [], "{name}: every documented member has a field");
        let mut key = vec![json!(name), json!("2022-08-24T20:56:55.000Z"), json!(company), json!("61803")];
        key.extend(marks);
        assert_eq!(event.dedupe_key, Some(Value::from(key).to_string()), "{name}");
    }
}

/// Independent of the expectations above: every value of a fixture occurs in the event.
#[test]
fn no_value_of_a_documented_event_is_lost() {
    for (name, ..) in expected() {
        let body: Value = serde_json::from_slice(&fixture(name)).unwrap();
        let payload: Value = serde_json::from_str(body["payload"].as_str().unwrap()).unwrap();
        let event = receive(&fixture(name)).unwrap();
        let typed = format!("{:?}{:?}{:?}", event.conference, event.organization, event.data).to_lowercase();
        for (field, value) in payload.as_object().unwrap() {
            let word = value.as_str().map_or_else(|| value.to_string(), |text| text.replace('_', ""));
            let plain = word.to_lowercase();
            assert!(typed.replace('_', "").contains(&plain), "{name}: {field} = {value} is not in {typed}");
        }
    }
}
