//! The meetings are deleted.

use crate::cli::demo::right::{Right, equal};
use crate::store::{LeftoverFilter, OperationKind};

use super::create::{Booked, the_one};
use super::{ENOUGH, Meetings, Play, broken};

pub async fn play(play: &mut Play<'_>, booked: &Meetings) -> Right {
    play.narrator.step("Both meetings are deleted at HubSpot");
    delete(play, &booked.acme, &[]).await?;
    left_behind(play, None).await?;
    delete(play, &booked.globex, &[("host/fetch_all", 200)]).await?;
    the_one(play)?;
    let globex = &booked.globex.conference;
    let why = left_behind(play, Some(globex)).await?;
    play.narrator.means("The ids are the bridge's own, since HubSpot's delete says nothing else.");
    play.narrator.means(&format!(
        "iotum's plug knows of no documented call that deletes. HubSpot need not care; for the owner `cordboard status` \
         shows what is left there: {why}."
    ));

    let again = play.signed("delete-meeting", &serde_json::json!({ "conferenceId": globex }));
    play.ask("HubSpot", "POST delete-meeting, once more", &again).await?.no_content()?;
    left_behind(play, Some(globex)).await?;
    play.narrator.means("What is deleted already stays so, and HubSpot is told that all is well.");
    Ok(())
}

/// Neither provider is asked to delete: a room at Jitsi needs no deleting, and iotum's plug knows of no call that does.
async fn delete(play: &mut Play<'_>, booked: &Booked, iotum: &[(&str, u16)]) -> Right {
    let done = play.stage.hubspot.cancel(&booked.meeting).await;
    play.booked(done, &[("verify-user", 200), ("delete-meeting", 204)])?;
    play.iotum_heard(iotum)?;
    let kept = play.conference(&booked.conference).await?;
    equal("whether the conference is marked as deleted", &true, &kept.deleted_at.is_some())
}

/// What `status` shows to be left at a provider: this conference, or nothing. Why.
async fn left_behind(play: &Play<'_>, conference: Option<&str>) -> Right<String> {
    let leftovers = play.store().leftovers(&LeftoverFilter::newest(ENOUGH)).await.map_err(|error| broken(&error))?;
    let left: Vec<_> = leftovers.iter().filter(|leftover| !leftover.unclaimed).collect();
    let ids: Vec<_> = left
        .iter()
        .map(|leftover| (leftover.kind, leftover.conference.as_ref().map(|conference| conference.id.as_str())))
        .collect();
    let expected: Vec<_> = conference.iter().map(|id| (OperationKind::Delete, Some(*id))).collect();
    equal("what is left at providers", &expected, &ids)?;
    Ok(left.first().map(|leftover| leftover.why.clone()).unwrap_or_default())
}
