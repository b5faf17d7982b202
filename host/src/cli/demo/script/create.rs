//! HubSpot books meetings.

use serde_json::{Value, json};

use crate::cli::demo::cast::{ACME, Account, GLOBEX, HOST_ID};
use crate::cli::demo::hubspot::{CreateMeeting, Signed};
use crate::cli::demo::iotum::{Conference, FIRST_ACCESS_CODE};
use crate::cli::demo::right::{Right, Wrong, equal, there};

use super::Play;

/// 2030-03-11T15:00:00Z, in epoch milliseconds.
pub const START: u64 = 1_899_471_600_000;

/// Three quarters of an hour.
pub const LENGTH: u64 = 45 * 60_000;

const CREATE: &str = "create-meeting";

/// For the account that books rooms at Jitsi. Our id of the conference.
pub async fn at_jitsi(play: &mut Play<'_>) -> Right<String> {
    play.narrator.step("HubSpot books a meeting for acme, whose plug is Jitsi's");
    let answer = play.hubspot(CREATE, &meeting(ACME, ACME.email), Signed::V3).await?;
    let made = answer.json(200)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    let room = there("a room of the server in the link", link.strip_prefix("https://meet.jit.si/"))?;
    equal("whether the room's name is 32 random digits", &true, &is_random(room))?;
    equal("conferenceDetails", &format!("Join the video conference:\n{link}"), &text(&made, "conferenceDetails")?)?;
    known(play, &id, ACME, ACME.email, room, &link).await?;
    play.iotum_heard(&[])?;
    play.narrator.means("A room that nobody can guess. HubSpot knows the conference by an id of the bridge's.");
    Ok(id)
}

/// For the account that books conferences at iotum. Our id of the conference.
pub async fn at_iotum(play: &mut Play<'_>) -> Right<String> {
    play.narrator.step("HubSpot books a meeting for globex, whose plug is iotum's");
    let user = HOST_ID.to_string();
    let request = play.hubspot.request(CREATE, &meeting(GLOBEX, &user), Signed::V3);
    let answer = play.ask("HubSpot", "POST create-meeting, signed v3", &request).await?;
    let made = answer.json(200)?;
    let (id, link) = (text(&made, "conferenceId")?, text(&made, "conferenceUrl")?);
    play.iotum_heard(&[("conference/create", 401), ("authenticate", 200), ("conference/create", 200)])?;
    let there = the_one(play)?;
    let booked = Conference {
        id: there.id,
        host: HOST_ID,
        subject: "Roadmap".to_owned(),
        start: "2030-03-11 15:00:00".to_owned(),
        time_zone: "UTC".to_owned(),
        duration: 45,
        access_code: FIRST_ACCESS_CODE,
    };
    equal("the conference at iotum", &booked, &there)?;
    equal("conferenceUrl", &there.room_url(), &link)?;
    let details = format!("Join: {link}\nAccess code: {FIRST_ACCESS_CODE}");
    equal("conferenceDetails", &details, &text(&made, "conferenceDetails")?)?;
    known(play, &id, GLOBEX, &user, &there.id.to_string(), &link).await?;
    play.narrator.means(
        "iotum's session had ended; the plug signed in anew and went on. It never saw password or token: the host puts \
         them in on the way out.",
    );

    let again = play.ask("HubSpot", "POST create-meeting, the same bytes", &request).await?;
    equal("the answer to the repeated request", &made, &again.json(200)?)?;
    play.iotum_heard(&[])?;
    the_one(play)?;
    play.narrator.means("A repeat gets the same answer, and there is no second conference at iotum.");
    Ok(id)
}

fn meeting(account: Account, user_email: &str) -> CreateMeeting<'_> {
    CreateMeeting {
        portal_id: account.id,
        user_id: account.user,
        user_email,
        topic: "Roadmap",
        source: "MEETINGS",
        start_time: START,
        end_time: START + LENGTH,
    }
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
