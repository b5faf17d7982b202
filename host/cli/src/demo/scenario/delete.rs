//! HubSpot deletes the meetings.

use crate::demo::assertions::{Checked, assert_equal, assert_ok};
use cordboard::store::{LeftoverFilter, OperationKind};

use super::create::{Booked, the_one};
use super::{MAX_EVENTS, Meetings, Scenario};

pub async fn run(scenario: &mut Scenario<'_>, booked: &Meetings) -> Checked {
    scenario.printer.step("Both meetings are deleted at HubSpot");
    delete(scenario, &booked.acme, &[]).await?;
    left_behind(scenario, None).await?;
    delete(scenario, &booked.globex, &[("host/fetch_all", 200)]).await?;
    the_one(scenario)?;
    let globex = &booked.globex.conference;
    let why = left_behind(scenario, Some(globex)).await?;
    scenario
        .printer
        .means("The bridge finds each conference by its id alone: HubSpot's delete request contains nothing else.");
    scenario.printer.means(&format!(
        "iotum documents no call to delete a conference. HubSpot gets a success all the same, and `cordboard status` \
         shows the operator what is left: {why}."
    ));

    let again = scenario.signed("delete-meeting", &serde_json::json!({ "conferenceId": globex }))?;
    scenario.send("HubSpot", "POST delete-meeting, again", &again).await?.no_content()?;
    left_behind(scenario, Some(globex)).await?;
    scenario.printer.means("Deleting twice is a success, too, and changes nothing.");
    Ok(())
}

/// Deletes a meeting. Neither provider gets a delete request: Jitsi rooms need none, and iotum documents none.
async fn delete(scenario: &mut Scenario<'_>, booked: &Booked, iotum: &[(&str, u16)]) -> Checked {
    let done = scenario.environment.hubspot.cancel(&booked.meeting).await;
    scenario.booked(done, &[("verify-user", 200), ("delete-meeting", 204)])?;
    scenario.assert_iotum_received(iotum)?;
    let stored = scenario.conference(&booked.conference).await?;
    assert_equal("whether the conference is marked as deleted", &true, &stored.deleted_at.is_some())
}

/// Asserts that `status` lists this conference, or nothing, as a leftover, and returns the reason.
async fn left_behind(scenario: &Scenario<'_>, conference: Option<&str>) -> Checked<String> {
    let leftovers = scenario.store().leftovers(&LeftoverFilter::newest(MAX_EVENTS)).await;
    let leftovers = assert_ok("the bridge's store", leftovers)?;
    let left: Vec<_> = leftovers.iter().filter(|leftover| !leftover.unacknowledged_create).collect();
    let ids: Vec<_> = left
        .iter()
        .map(|leftover| (leftover.kind, leftover.conference.as_ref().map(|conference| conference.id.as_str())))
        .collect();
    let expected: Vec<_> = conference.iter().map(|id| (OperationKind::Delete, Some(*id))).collect();
    assert_equal("the leftovers at providers", &expected, &ids)?;
    Ok(left.first().map(|leftover| leftover.why.clone()).unwrap_or_default())
}
