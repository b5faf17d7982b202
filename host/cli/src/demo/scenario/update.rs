//! HubSpot reschedules and renames the meetings.

use cordboard_emulator::hubspot::Change;

use crate::demo::assertions::{Checked, assert_equal};

use super::create::{LENGTH, START, the_one};
use super::{Meetings, Scenario};

const CALLS: [(&str, u16); 2] = [("verify-user", 200), ("update-meeting", 204)];
const TOPIC: &str = "Roadmap, second half";

/// One hour later, and a quarter of an hour longer.
const TIMES: (u64, u64) = (START + 60 * 60_000, START + 60 * 60_000 + LENGTH + 15 * 60_000);

pub async fn run(scenario: &mut Scenario<'_>, booked: &Meetings) -> Checked {
    scenario.printer.step("Both meetings are rescheduled and renamed at HubSpot");
    let change = Change { topic: Some(TOPIC.to_owned()), start_time: Some(TIMES.0), end_time: Some(TIMES.1) };

    let done = scenario.environment.hubspot.change(&booked.acme.meeting, &change).await;
    scenario.booked(done, &CALLS)?;
    scenario.assert_iotum_received(&[])?;
    changed(scenario, &booked.acme.conference).await?;

    let before = the_one(scenario)?;
    let done = scenario.environment.hubspot.change(&booked.globex.meeting, &change).await;
    scenario.booked(done, &CALLS)?;
    scenario.assert_iotum_received(&[("host/fetch_all", 200), ("conference/update", 200)])?;
    changed(scenario, &booked.globex.conference).await?;
    let mut moved = before;
    moved.subject = TOPIC.to_owned();
    moved.start = "2030-03-11 16:00:00".to_owned();
    moved.duration = 60;
    assert_equal("the conference at iotum", &moved, &the_one(scenario)?)?;
    scenario.printer.means("Both links stay the same. A Jitsi room has no times; iotum's conference was updated.");
    Ok(())
}

async fn changed(scenario: &Scenario<'_>, id: &str) -> Checked {
    let stored = scenario.conference(id).await?;
    assert_equal("the meeting's topic", TOPIC, &stored.topic)?;
    assert_equal("the meeting's times", &TIMES, &(stored.start, stored.end))
}
