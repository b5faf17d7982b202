//! iotum reports what happens in globex's conference.

use cordboard_core::UserId;
use cordboard_doctor::request::Request;

use crate::demo::assertions::{Checked, assert_equal, assert_some};
use crate::demo::fixtures::{APP, COMPANY_ID, GLOBEX, HOST_ID};
use crate::simulate::iotum::PARTICIPANT;
use crate::simulate::sample::{Facts, Sender};
use cordboard::contract::meeting_event::{
    ArtifactChanged, ArtifactKind, ArtifactState, ConferenceRef, EventData, LeaveReason, Link, LinkRole, Organization,
    ParticipantChange, ParticipantChanged, Role, SessionChange, SessionChanged, Venue,
};
use cordboard::store::{ConnectionId, StoredEvent};

use super::create::the_one;
use super::{Meetings, Scenario, sample};

/// The only route of iotum's plug.
const EVENTS: &str = "events";

/// 2030-03-11T16:00:00Z, when the moved meeting begins.
const BEGAN: u64 = 1_899_475_200_000;
const RECORDING: &str = "https://media.example.com/recordings/90210.mp4";

/// Sends iotum's webhooks, and returns the last one for sending it again.
pub async fn run(scenario: &mut Scenario<'_>, booked: &Meetings) -> Checked<Request> {
    scenario.printer.step("iotum reports what happens in the meeting just booked");
    let at_iotum = the_one(scenario)?;
    let session = |change| EventData::Session(SessionChanged { change, snapshot: None });
    let url = at_iotum.room_url();
    let role = ("participant_role", "organizer");
    // Event name, changes to the sample, and the expected typed event.
    let webhooks = [
        ("conference_start", vec![], session(SessionChange::Started)),
        (
            "enter_conference",
            vec![role, ("meeting_url", url.as_str())],
            organizer(ParticipantChange::Joined, Some(url.clone())),
        ),
        ("recording_ready", vec![], recording()),
        ("leave_conference", vec![role], organizer(ParticipantChange::Left(Some(LeaveReason::UserExit)), None)),
        ("conference_end", vec![], session(SessionChange::Ended)),
    ];
    let mut last = None;
    for (minute, (name, changes, data)) in (0_u64..).zip(webhooks) {
        let request = webhook(scenario, name, at_iotum.id, minute, &changes)?;
        scenario.send("iotum", &format!("POST {name}"), &request).await?.no_content()?;
        let event = scenario.new_event().await?;
        assert_event(&event, name, at_iotum.id, minute, &data)?;
        correlated(&event, booked)?;
        last = Some(request);
    }
    scenario.printer.means(
        "iotum only sends its own conference_id. The bridge created that conference, so each typed event has HubSpot's \
         account, HubSpot's user and the id that HubSpot knows.",
    );
    assert_some("the last webhook", last)
}

/// Builds a webhook about a conference, some minutes after it began.
fn webhook(
    scenario: &Scenario<'_>,
    name: &str,
    conference: u64,
    minute: u64,
    changes: &[(&str, &str)],
) -> Checked<Request> {
    let facts =
        Facts { now: BEGAN + minute * 60_000, app: APP.into(), account: GLOBEX.id.into(), random: String::new() };
    let conference = conference.to_string();
    let changes = [changes, &[("conference_id", conference.as_str())]].concat();
    let body = sample(Sender::Iotum, name, &facts, &changes)?;
    let signature = ("x-signing-token", scenario.environment.secrets.signing_token.as_str());
    scenario.webhook((GLOBEX, GLOBEX.conferencing, EVENTS), "POST", signature, &body)
}

fn organizer(change: ParticipantChange, join_url: Option<String>) -> EventData {
    EventData::Participant(ParticipantChanged {
        id: Some(PARTICIPANT.to_owned()),
        name: None,
        email: None,
        role: Some(Role::Organizer),
        venue: Venue::Conference,
        change,
        join_url,
    })
}

fn recording() -> EventData {
    let link = Link { role: LinkRole::Download, url: RECORDING.to_owned(), relative: false, expires_at: None };
    EventData::Artifact(ArtifactChanged {
        kind: ArtifactKind::Recording,
        state: ArtifactState::Ready,
        id: Some("90210".to_owned()),
        links: vec![link],
        token: None,
    })
}

/// Asserts that the event has the contents of the webhook.
fn assert_event(stored: &StoredEvent, name: &str, conference: u64, minute: u64, data: &EventData) -> Checked {
    let event = &stored.event.event;
    assert_equal("the event's data", data, &event.data)?;
    assert_equal("the event's name at iotum", name, &event.source_event)?;
    assert_equal("the event's time", &Some(BEGAN + minute * 60_000), &event.occurred_at)?;
    let at_iotum = ConferenceRef { id: conference.to_string(), code: None };
    assert_equal("the conference's id at iotum", &Some(at_iotum), &event.conference)?;
    let organization = Organization { company: Some(COMPANY_ID.to_string()), host: Some(HOST_ID.to_string()) };
    assert_equal("the event's organization at iotum", &organization, &event.organization)?;
    assert_equal("the event's extras", &Vec::new(), &event.extras)
}

/// Asserts that the event is linked to HubSpot's conference.
fn correlated(stored: &StoredEvent, booked: &Meetings) -> Checked {
    let connection = ConnectionId::new(GLOBEX.id, GLOBEX.conferencing);
    assert_equal("the event's connection", &connection, &stored.event.connection)?;
    let conference = assert_some("the event's conference", stored.conference.as_ref())?;
    assert_equal("the connection of the event's conference", &connection, &conference.connection)?;
    assert_equal("the id of the event's conference", &booked.globex.conference, &conference.id)?;
    assert_equal("the conference's user at HubSpot", &UserId::from(GLOBEX.user), &conference.user_id)?;
    assert_equal("the conference's user at iotum", &HOST_ID.to_string(), &conference.user)
}
