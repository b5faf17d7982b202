//! The meetings are moved and renamed.

use crate::cli::demo::cast::{ACME, Account, GLOBEX, HOST_ID};
use crate::cli::demo::hubspot::{Signed, UpdateMeeting};
use crate::cli::demo::right::{Right, equal};

use super::create::{LENGTH, START, the_one};
use super::{Booked, Play};

const UPDATE: &str = "update-meeting";
const TOPIC: &str = "Roadmap, second half";

/// One hour later, and a quarter of an hour longer.
const TIMES: (u64, u64) = (START + 60 * 60_000, START + 60 * 60_000 + LENGTH + 15 * 60_000);

pub async fn play(play: &mut Play<'_>, booked: &Booked) -> Right {
    play.narrator.step("HubSpot moves and renames both meetings");

    let answer = play.hubspot(UPDATE, &change(&booked.acme, ACME, ACME.email), Signed::V3).await?;
    answer.no_content()?;
    play.iotum_heard(&[])?;
    changed(play, &booked.acme).await?;

    let user = HOST_ID.to_string();
    let before = the_one(play)?;
    let answer = play.hubspot(UPDATE, &change(&booked.globex, GLOBEX, &user), Signed::V1).await?;
    answer.no_content()?;
    play.iotum_heard(&[("conference/update", 200)])?;
    changed(play, &booked.globex).await?;
    let mut moved = before;
    moved.subject = TOPIC.to_owned();
    moved.start = "2030-03-11 16:00:00".to_owned();
    moved.duration = 60;
    equal("the conference at iotum", &moved, &the_one(play)?)?;
    play.narrator.means("Both links stay as they are. A Jitsi room has no times; iotum's conference was moved.");
    Ok(())
}

fn change<'a>(conference_id: &'a str, account: Account, user_email: &'a str) -> UpdateMeeting<'a> {
    UpdateMeeting {
        conference_id,
        user_id: account.user,
        user_email,
        portal_id: account.id,
        topic: TOPIC,
        start_time: TIMES.0,
        end_time: TIMES.1,
    }
}

async fn changed(play: &Play<'_>, id: &str) -> Right {
    let kept = play.conference(id).await?;
    equal("the meeting as the bridge knows it", &(TOPIC, TIMES), &(kept.topic.as_str(), (kept.start, kept.end)))
}
