//! HubSpot books meetings: it verifies the user, then requests a conference.

use cordboard_core::UserId;
use cordboard_emulator::hubspot::{Booking, Fault, FaultKind, NewMeeting, Source, Status};
use serde_json::{Value, json};

use crate::demo::answer::Answer;
use crate::demo::assertions::{Checked, assert_equal, assert_ok, assert_some};
use crate::demo::fixtures::{ACME, Account, GLOBEX, HOST_ID, NOBODY};
use crate::demo::iotum::{Conference, FIRST_ACCESS_CODE};
use cordboard::store::ConnectionId;

use super::Scenario;

/// 2030-03-11T15:00:00Z, in epoch milliseconds.
pub const START: u64 = 1_899_471_600_000;

/// Three quarters of an hour.
pub const LENGTH: u64 = 45 * 60_000;

const VERIFY: &str = "verify-user";
const CREATE: &str = "create-meeting";

/// Books a meeting for the account that uses Jitsi.
pub async fn at_jitsi(scenario: &mut Scenario<'_>) -> Checked<Booked> {
    scenario.printer.step("HubSpot books a meeting for acme, which uses Jitsi");
    let done = scenario.environment.hubspot.book(&meeting(ACME, ACME.user)).await;
    let booking = scenario.booked(done, &[(VERIFY, 200), (CREATE, 200)])?;
    assert_equal("the answer to verify-user", &json!({ "id": ACME.email }), &answer(&booking, 0)?)?;
    let made = answer(&booking, 1)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    let room = assert_some("the server's address in the link", link.strip_prefix("https://meet.jit.si/"))?;
    assert_equal("whether the room's name is 32 random digits", &true, &is_random(room))?;
    let details = format!("Join the video conference:\n{link}");
    assert_equal("conferenceDetails", &details, &text(&made, "conferenceDetails")?)?;
    assert_known(scenario, &id, ACME, ACME.email, room, &link).await?;
    scenario.assert_iotum_received(&[])?;
    scenario.printer.means(
        "A Jitsi server has no users, so the e-mail address identifies the user. The room's name cannot be guessed, \
         and HubSpot knows the conference by an id from the bridge.",
    );
    Booked::of(&booking)
}

/// Books meetings for the account that uses iotum.
pub async fn at_iotum(scenario: &mut Scenario<'_>) -> Checked<Booked> {
    scenario.printer.step("HubSpot books meetings for globex, which uses iotum");
    let done = scenario.environment.hubspot.book(&meeting(GLOBEX, NOBODY.0)).await;
    let booking = scenario.booked(done, &[(VERIFY, 404)])?;
    assert_equal("the meeting's status", &Status::Failed, &booking.meeting.status)?;
    scenario.assert_iotum_received(&[("authenticate", 200), ("host/fetch_all", 200)])?;
    scenario.printer.means("The plug signed in at iotum and found no such user, so HubSpot gets the documented 404.");

    // HubSpot sends each request twice, byte for byte.
    let twice = |times| Fault { kind: FaultKind::Replay, times };
    scenario.faults(vec![twice(None)])?;
    let done = scenario.environment.hubspot.book(&meeting(GLOBEX, GLOBEX.user)).await;
    let booking = scenario.booked(done, &[(VERIFY, 200), (VERIFY, 200), (CREATE, 200), (CREATE, 200)])?;
    scenario.faults(Vec::new())?;
    let host = HOST_ID.to_string();
    assert_equal("the answer to verify-user", &json!({ "id": host }), &answer(&booking, 0)?)?;
    let create = &assert_some("create-meeting", booking.calls.get(2))?.request_body;
    let create: Value = assert_ok("HubSpot's request body", serde_json::from_str(create))?;
    assert_equal("userEmail of create-meeting", &host, &text(&create, "userEmail")?)?;
    scenario.printer.means("globex's user is a host at iotum, and HubSpot refers to her by that id from now on.");

    let made = answer(&booking, 2)?;
    assert_equal("the answer to the repeated request", &made, &answer(&booking, 3)?)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    let at_iotum_now = the_one(scenario)?;
    let planned = Conference {
        id: at_iotum_now.id,
        host: HOST_ID,
        subject: "Roadmap".to_owned(),
        start: "2030-03-11 15:00:00".to_owned(),
        time_zone: "UTC".to_owned(),
        duration: 45,
        access_code: FIRST_ACCESS_CODE,
    };
    assert_equal("the conference at iotum", &planned, &at_iotum_now)?;
    assert_equal("conferenceUrl", &at_iotum_now.room_url(), &link)?;
    let details = format!("Join: {link}\nAccess code: {FIRST_ACCESS_CODE}");
    assert_equal("conferenceDetails", &details, &text(&made, "conferenceDetails")?)?;
    assert_known(scenario, &id, GLOBEX, &host, &at_iotum_now.id.to_string(), &link).await?;
    scenario.assert_iotum_received(&[
        ("host/fetch_all", 200),
        ("host/fetch_all", 200),
        ("conference/create", 401),
        ("authenticate", 200),
        ("conference/create", 200),
    ])?;
    scenario.printer.means(
        "iotum's session had expired, so the plug signed in again and continued. It never saw a password or token: the \
         host inserts them into outgoing requests.",
    );
    scenario.printer.means("The repeated request got the same answer, and iotum has only one conference.");
    Booked::of(&booking)
}

/// A booked conference.
pub struct Booked {
    /// HubSpot's ID of the meeting.
    pub meeting: String,
    /// Cordboard's ID of the conference.
    pub conference: String,
}

impl Booked {
    fn of(booking: &Booking) -> Checked<Self> {
        let meeting = &booking.meeting;
        assert_equal("the meeting's status at HubSpot", &Status::Booked, &meeting.status)?;
        Ok(Self {
            meeting: meeting.id.clone(),
            conference: assert_some("the conference id at HubSpot", meeting.conference_id.clone())?,
        })
    }
}

fn meeting(account: Account, user: u64) -> NewMeeting {
    NewMeeting {
        account_id: account.id,
        user_id: Some(user),
        topic: "Roadmap".to_owned(),
        source: Source::Meetings,
        start_time: START,
        end_time: START + LENGTH,
    }
}

/// Returns the JSON answer to a call.
fn answer(booking: &Booking, number: usize) -> Checked<Value> {
    Answer::of(assert_some("a call by HubSpot", booking.calls.get(number))?).json(200)
}

/// Returns the only conference at iotum.
pub fn the_one(scenario: &Scenario<'_>) -> Checked<Conference> {
    let conferences = scenario.environment.iotum.conferences();
    assert_equal("the number of conferences at iotum", &1, &conferences.len())?;
    assert_some("the conference at iotum", conferences.into_iter().next())
}

/// Asserts that the bridge has stored what it needs when HubSpot or the provider refers to the conference again.
async fn assert_known(
    scenario: &Scenario<'_>,
    id: &str,
    account: Account,
    user: &str,
    provider_id: &str,
    link: &str,
) -> Checked {
    let stored = scenario.conference(id).await?;
    let connection = ConnectionId::new(account.id, account.conferencing);
    assert_equal("the conference's connection", &connection, &stored.connection)?;
    assert_equal("the conference's user at HubSpot", &UserId::from(account.user), &stored.user_id)?;
    assert_equal("the conference's user at the provider", user, &stored.user)?;
    assert_equal("the provider's id of the conference", provider_id, &stored.provider_id)?;
    assert_equal("the conference's link", link, &stored.join_url)?;
    assert_equal("the meeting's times", &(START, START + LENGTH), &(stored.start, stored.end))
}

fn is_random(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn text(answer: &Value, field: &str) -> Checked<String> {
    let found = answer.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    assert_some(field, found.map(str::to_owned))
}
