//! simplex Meeting reports a meeting that was not booked at HubSpot.

use serde_json::json;

use crate::demo::assertions::{Checked, assert_equal};
use crate::demo::fixtures::{ACME, APP, SIMPLEX};
use crate::simulate::sample::{Facts, Sender};
use cordboard::contract::meeting_event::{
    ArtifactChanged, ArtifactKind, ArtifactState, AttendanceReported, Attendee, EventData, Link, LinkRole,
    MeetingChange, MeetingChanged, SessionChange, SessionChanged, Snapshot, Span,
};
use cordboard::store::ConnectionId;

use super::{Scenario, sample};

const MEETING: &str = "5e945c36b863b82cefdddf54";
const SUMMARY: &str = "5f7d49eb62e8f9a43b23f986";
const TOPIC: &str = "Quarterly review";
const USER: &str = "5e9459c5b863b82cefdddf4e";

/// 2030-03-12T09:00:00Z, in epoch milliseconds.
const START: u64 = 1_899_536_400_000;
const HOUR: u64 = 60 * 60_000;

pub async fn run(scenario: &mut Scenario<'_>) -> Checked {
    scenario.printer.step("simplex Meeting reports a meeting that HubSpot did not book");
    let topic = [("topic", TOPIC)];
    send(scenario, "onMeetingScheduled", "POST", &topic, &scheduled(MeetingChange::Scheduled)).await?;
    let ended = EventData::Session(SessionChanged { change: SessionChange::Ended, snapshot: Some(snapshot()) });
    send(scenario, "onMeetingClosed", "POST", &topic, &ended).await?;
    let durations =
        json!([{ "action": "joined", "timestamp": START }, { "action": "left", "timestamp": START + HOUR }]);
    let participants = json!([{ "name": "Ada", "durations": durations }]).to_string();
    let summary = [
        ("meetingId", MEETING),
        ("minutes", "Next time sooner."),
        ("participants", participants.as_str()),
        ("isRecordingPrepared", "true"),
    ];
    send(scenario, "onMeetingSummaryCreated", "PUT", &summary, &attendance()).await?;
    let urls = [("recordingUrls", "[\"video-file-1.webm\"]")];
    send(scenario, "onMeetingRecordingCreated", "PUT", &urls, &recording()).await?;
    send(scenario, "onMeetingDeleted", "POST", &topic, &scheduled(MeetingChange::Cancelled)).await?;
    scenario.printer.means(
        "The bodies do not say what happened, but each event has its own address. HubSpot did not book this meeting, \
         so the events belong to the connection only.",
    );
    Ok(())
}

/// Sends a sample with these changes, and asserts the event that it becomes.
async fn send(
    scenario: &mut Scenario<'_>,
    hook: &str,
    method: &str,
    changes: &[(&str, &str)],
    data: &EventData,
) -> Checked {
    // The meeting of the samples starts in an hour.
    let facts = Facts { now: START - HOUR, app: APP.into(), account: ACME.id.into(), random: SUMMARY.to_owned() };
    let body = sample(Sender::Veeting, hook, &facts, changes)?;
    let signature = ("X-API-KEY", scenario.environment.secrets.api_key.as_str());
    let request = scenario.webhook((ACME, SIMPLEX, hook), method, signature, &body)?;
    scenario.send("simplex", &format!("{method} {hook}"), &request).await?.no_content()?;
    let stored = scenario.new_event().await?;
    let event = &stored.event.event;
    assert_equal("the event's data", data, &event.data)?;
    assert_equal("the event's name at simplex Meeting", hook, &event.source_event)?;
    assert_equal("the event's connection", &ConnectionId::new(ACME.id, SIMPLEX), &stored.event.connection)?;
    let id = event.conference.as_ref().map(|conference| conference.id.as_str());
    assert_equal("the meeting's id at simplex Meeting", &Some(MEETING), &id)?;
    assert_equal("whether it is linked to a conference", &false, &stored.conference.is_some())
}

fn snapshot() -> Snapshot {
    Snapshot {
        topic: Some(TOPIC.to_owned()),
        agenda: None,
        start: Some(START),
        end: Some(START + HOUR),
        timezone: Some("Europe/Zurich".to_owned()),
        organizer_id: Some(USER.to_owned()),
        organizer_name: Some("Test User".to_owned()),
        organizer_email: Some("test-user@example.com".to_owned()),
        sequence: Some(0),
    }
}

fn scheduled(change: MeetingChange) -> EventData {
    EventData::Meeting(MeetingChanged { change, snapshot: snapshot() })
}

fn attendance() -> EventData {
    let span = Span { joined: Some(START), left: Some(START + HOUR) };
    EventData::Attendance(AttendanceReported {
        id: SUMMARY.to_owned(),
        agenda: None,
        minutes: Some("Next time sooner.".to_owned()),
        attendees: vec![Attendee { name: "Ada".to_owned(), id: None, email: None, spans: vec![span] }],
        recording_pending: true,
    })
}

fn recording() -> EventData {
    let link = |role, url: &str, relative| Link { role, url: url.to_owned(), relative, expires_at: None };
    EventData::Artifact(ArtifactChanged {
        kind: ArtifactKind::Recording,
        state: ArtifactState::Ready,
        id: Some(SUMMARY.to_owned()),
        links: vec![
            link(LinkRole::Merged, "https://media.example.com/recordings/merged-file.webm", false),
            link(LinkRole::Part, "video-file-1.webm", true),
        ],
        token: Some("f7140700-310e-46b8-9813-be0cb0e6b59c".to_owned()),
    })
}
