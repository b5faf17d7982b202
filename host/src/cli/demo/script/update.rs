//! The meetings are moved and renamed.

use cordboard_emulator::hubspot::Change;

use crate::cli::demo::right::{Right, equal};

use super::create::{LENGTH, START, the_one};
use super::{Meetings, Play};

const CALLS: [(&str, u16); 2] = [("verify-user", 200), ("update-meeting", 204)];
const TOPIC: &str = "Roadmap, second half";

/// One hour later, and a quarter of an hour longer.
const TIMES: (u64, u64) = (START + 60 * 60_000, START + 60 * 60_000 + LENGTH + 15 * 60_000);

pub async fn play(play: &mut Play<'_>, booked: &Meetings) -> Right {
    play.narrator.step("Both meetings are moved and renamed at HubSpot");
    let change = Change { topic: Some(TOPIC.to_owned()), start_time: Some(TIMES.0), end_time: Some(TIMES.1) };

    let done = play.stage.hubspot.change(&booked.acme.meeting, &change).await;
    play.booked(done, &CALLS)?;
    play.iotum_heard(&[])?;
    changed(play, &booked.acme.conference).await?;

    let before = the_one(play)?;
    let done = play.stage.hubspot.change(&booked.globex.meeting, &change).await;
    play.booked(done, &CALLS)?;
    play.iotum_heard(&[("host/fetch_all", 200), ("conference/update", 200)])?;
    changed(play, &booked.globex.conference).await?;
    let mut moved = before;
    moved.subject = TOPIC.to_owned();
    moved.start = "2030-03-11 16:00:00".to_owned();
    moved.duration = 60;
    equal("the conference at iotum", &moved, &the_one(play)?)?;
    play.narrator.means("Both links stay as they are. A Jitsi room has no times; iotum's conference was moved.");
    Ok(())
}

async fn changed(play: &Play<'_>, id: &str) -> Right {
    let kept = play.conference(id).await?;
    equal("the meeting as the bridge knows it", &(TOPIC, TIMES), &(kept.topic.as_str(), (kept.start, kept.end)))
}
