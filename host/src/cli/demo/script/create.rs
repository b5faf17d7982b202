//! HubSpot books meetings: it verifies the user, then asks for a conference.

use cordboard_emulator::hubspot::{Booking, Fault, FaultKind, NewMeeting, Source, Status};
use serde_json::{Value, json};

use crate::cli::demo::cast::{ACME, Account, GLOBEX, HOST_ID, NOBODY};
use crate::cli::demo::iotum::{Conference, FIRST_ACCESS_CODE};
use crate::cli::demo::right::{Right, Wrong, equal, there};
use crate::cli::demo::wire::Answer;

use super::Play;

/// 2030-03-11T15:00:00Z, in epoch milliseconds.
pub const START: u64 = 1_899_471_600_000;

/// Three quarters of an hour.
pub const LENGTH: u64 = 45 * 60_000;

const VERIFY: &str = "verify-user";
const CREATE: &str = "create-meeting";

/// For the account that books rooms at Jitsi.
pub async fn at_jitsi(play: &mut Play<'_>) -> Right<Booked> {
    play.narrator.step("HubSpot books a meeting for acme, whose plug is Jitsi's");
    let done = play.stage.hubspot.book(&meeting(ACME, ACME.user)).await;
    let booking = play.booked(done, &[(VERIFY, 200), (CREATE, 200)])?;
    equal("the answer to verify-user", &json!({ "id": ACME.email }), &answer(&booking, 0)?)?;
    let made = answer(&booking, 1)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    let room = there("a room of the server in the link", link.strip_prefix("https://meet.jit.si/"))?;
    equal("whether the room's name is 32 random digits", &true, &is_random(room))?;
    equal("conferenceDetails", &format!("Join the video conference:\n{link}"), &text(&made, "conferenceDetails")?)?;
    known(play, &id, ACME, ACME.email, room, &link).await?;
    play.iotum_heard(&[])?;
    play.narrator.means(
        "A Jitsi server has no users, so the e-mail address will do. The room is one that nobody can guess, and HubSpot \
         knows the conference by an id of the bridge's.",
    );
    Booked::of(&booking)
}

/// For the account that books conferences at iotum.
pub async fn at_iotum(play: &mut Play<'_>) -> Right<Booked> {
    play.narrator.step("HubSpot books meetings for globex, whose plug is iotum's");
    let done = play.stage.hubspot.book(&meeting(GLOBEX, NOBODY.0)).await;
    let booking = play.booked(done, &[(VERIFY, 404)])?;
    equal("whether there is a meeting", &Status::Failed, &booking.meeting.status)?;
    play.iotum_heard(&[("authenticate", 200), ("host/fetch_all", 200)])?;
    play.narrator.means("The plug signed in at iotum and found no such user: 404, as HubSpot's documents want it.");

    // HubSpot asks twice, byte for byte.
    let twice = |times| Fault { kind: FaultKind::Replay, times };
    play.faults(vec![twice(None)])?;
    let done = play.stage.hubspot.book(&meeting(GLOBEX, GLOBEX.user)).await;
    let booking = play.booked(done, &[(VERIFY, 200), (VERIFY, 200), (CREATE, 200), (CREATE, 200)])?;
    play.faults(Vec::new())?;
    let host = HOST_ID.to_string();
    equal("the answer to verify-user", &json!({ "id": host }), &answer(&booking, 0)?)?;
    let asked: Value = serde_json::from_str(&there("create-meeting", booking.calls.get(2))?.request_body)
        .map_err(|error| Wrong::new("what HubSpot sends", "JSON", error.to_string()))?;
    equal("userEmail of create-meeting", &host, &text(&asked, "userEmail")?)?;
    play.narrator.means("globex's user is a host at iotum, and HubSpot calls her by that id from then on.");

    let made = answer(&booking, 2)?;
    equal("the answer to the same request again", &made, &answer(&booking, 3)?)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    let there = the_one(play)?;
    let planned = Conference {
        id: there.id,
        host: HOST_ID,
        subject: "Roadmap".to_owned(),
        start: "2030-03-11 15:00:00".to_owned(),
        time_zone: "UTC".to_owned(),
        duration: 45,
        access_code: FIRST_ACCESS_CODE,
    };
    equal("the conference at iotum", &planned, &there)?;
    equal("conferenceUrl", &there.room_url(), &link)?;
    let details = format!("Join: {link}\nAccess code: {FIRST_ACCESS_CODE}");
    equal("conferenceDetails", &details, &text(&made, "conferenceDetails")?)?;
    known(play, &id, GLOBEX, &host, &there.id.to_string(), &link).await?;
    play.iotum_heard(&[
        ("host/fetch_all", 200),
        ("host/fetch_all", 200),
        ("conference/create", 401),
        ("authenticate", 200),
        ("conference/create", 200),
    ])?;
    play.narrator.means(
        "iotum's session had ended; the plug signed in anew and went on. It never saw password or token: the host puts \
         them in on the way out.",
    );
    play.narrator.means("A repeat gets the same answer, and there is no second conference at iotum.");
    Booked::of(&booking)
}

/// A conference that HubSpot has booked.
pub struct Booked {
    /// HubSpot's number of the meeting.
    pub meeting: String,
    /// Our id of the conference.
    pub conference: String,
}

impl Booked {
    fn of(booking: &Booking) -> Right<Self> {
        let meeting = &booking.meeting;
        equal("the meeting's state at HubSpot", &Status::Booked, &meeting.status)?;
        Ok(Self {
            meeting: meeting.id.clone(),
            conference: there("the id that HubSpot keeps", meeting.conference_id.clone())?,
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

/// The JSON of the answer to a call.
fn answer(booking: &Booking, number: usize) -> Right<Value> {
    Answer::of(there("a call of HubSpot's", booking.calls.get(number))?).json(200)
}

/// The only conference at iotum.
pub fn the_one(play: &Play<'_>) -> Right<Conference> {
    let conferences = play.stage.iotum.conferences();
    equal("how many conferences iotum has", &1, &conferences.len())?;
    there("the conference at iotum", conferences.into_iter().next())
}

/// The bridge has kept what it will need when HubSpot or the provider names the conference again.
async fn known(play: &Play<'_>, id: &str, account: Account, user: &str, provider_id: &str, link: &str) -> Right {
    let kept = play.conference(id).await?;
    equal("the conference's account", &account.id, &kept.connection.account)?;
    equal("the conference's connection", account.conferencing, &kept.connection.name)?;
    equal("the conference's user", &(account.user, user), &(kept.user_id, kept.user.as_str()))?;
    equal("the provider's id of the conference", provider_id, &kept.provider_id)?;
    equal("the conference's link", link, &kept.join_url)?;
    equal("the meeting's times", &(START, START + LENGTH), &(kept.start, kept.end))
}

fn is_random(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn text(answer: &Value, field: &str) -> Right<String> {
    let found = answer.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    found.map(str::to_owned).ok_or_else(|| Wrong::new(field, "a text", json!(answer).to_string()))
}
