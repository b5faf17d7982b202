//! The meetings are deleted.

use crate::demo::assertions::{Checked, assert_equal};
use cordboard::store::{LeftoverFilter, OperationKind};

use super::create::{Booked, the_one};
use super::{MAX_EVENTS, Meetings, Scenario, broken};

pub async fn run(scenario: &mut Scenario<'_>, booked: &Meetings) -> Checked {
    scenario.printer.step("Both meetings are deleted at HubSpot");
    delete(scenario, &booked.acme, &[]).await?;
    left_behind(scenario, None).await?;
    delete(scenario, &booked.globex, &[("host/fetch_all", 200)]).await?;
    the_one(scenario)?;
    let globex = &booked.globex.conference;
    let why = left_behind(scenario, Some(globex)).await?;
    scenario.printer.means("The ids are the bridge's own, since HubSpot's delete says nothing else.");
    scenario.printer.means(&format!(
        "iotum's plug knows of no documented call that deletes. HubSpot need not care; for the owner `cordboard status` \
         shows what is left there: {why}."
    ));

    let again = scenario.signed("delete-meeting", &serde_json::json!({ "conferenceId": globex }));
    scenario.ask("HubSpot", "POST delete-meeting, once more", &again).await?.no_content()?;
    left_behind(scenario, Some(globex)).await?;
    scenario.printer.means("What is deleted already stays so, and HubSpot is told that all is well.");
    Ok(())
}

/// Neither provider is asked to delete: a room at Jitsi needs no deleting, and iotum's plug knows of no call that does.
async fn delete(scenario: &mut Scenario<'_>, booked: &Booked, iotum: &[(&str, u16)]) -> Checked {
    let done = scenario.environment.hubspot.cancel(&booked.meeting).await;
    scenario.booked(done, &[("verify-user", 200), ("delete-meeting", 204)])?;
    scenario.assert_iotum_received(iotum)?;
    let stored = scenario.conference(&booked.conference).await?;
    assert_equal("whether the conference is marked as deleted", &true, &stored.deleted_at.is_some())
}

/// What `status` shows to be left at a provider: this conference, or nothing. Why.
async fn left_behind(scenario: &Scenario<'_>, conference: Option<&str>) -> Checked<String> {
    let leftovers =
        scenario.store().leftovers(&LeftoverFilter::newest(MAX_EVENTS)).await.map_err(|error| broken(&error))?;
    let left: Vec<_> = leftovers.iter().filter(|leftover| !leftover.unacknowledged_create).collect();
    let ids: Vec<_> = left
        .iter()
        .map(|leftover| (leftover.kind, leftover.conference.as_ref().map(|conference| conference.id.as_str())))
        .collect();
    let expected: Vec<_> = conference.iter().map(|id| (OperationKind::Delete, Some(*id))).collect();
    assert_equal("what is left at providers", &expected, &ids)?;
    Ok(left.first().map(|leftover| leftover.why.clone()).unwrap_or_default())
}
