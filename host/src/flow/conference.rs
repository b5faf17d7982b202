//! Converts conferences between the plug, the store and the CRM.

use cordboard_core::AppId;

use crate::contract::conference::{Conference as AtProvider, Meeting, Person};
use crate::contract::manifest::UpdateMode;
use crate::plug::{CallError, rules};
use crate::store::{Conference, ConnectionId};
use crate::topology::Generation;

use super::{ApiError, BridgeState};

/// Checks a conference that a plug returned.
///
/// # Errors
/// Returns an error if no CRM could use it.
pub(super) fn check(made: &AtProvider) -> Result<(), CallError> {
    rules::conference(made).map_err(CallError::ContractBroken)
}

/// Returns the record of a conference that was created for a meeting.
///
/// # Errors
/// Returns an error if the meeting's user has no valid id, which commands are checked for.
pub(super) fn record(
    id: String,
    app: AppId,
    connection: ConnectionId,
    made: &AtProvider,
    meeting: &Meeting,
    created_at: u64,
) -> Result<Conference, ApiError> {
    let user_id = rules::crm_id(&meeting.user_id).map_err(CallError::ContractBroken)?;
    let user = match &meeting.user {
        Person::Email(user) | Person::Verified(user) => user.clone(),
    };
    Ok(Conference {
        id,
        app,
        connection,
        provider_id: made.id.clone(),
        join_url: made.join_url.clone(),
        details: made.details.clone(),
        user_id,
        user,
        topic: meeting.topic.clone(),
        start: meeting.start,
        end: meeting.end,
        created_at,
        deleted_at: None,
    })
}

/// Returns the record of a conference after an update to match its meeting.
pub(super) fn changed(current: &Conference, after: &AtProvider, meeting: &Meeting) -> Result<Conference, ApiError> {
    record(current.id.clone(), current.app.clone(), current.connection.clone(), after, meeting, current.created_at)
}

/// Returns a conference of this app, including a deleted one.
pub(super) async fn find(state: &BridgeState, app: &AppId, id: &str) -> Result<Conference, ApiError> {
    let found = state.store.conference(id).await?;
    found.filter(|conference| conference.app == *app).ok_or(ApiError::NotFound("conference"))
}

/// Returns the conference as the provider's plug sees it.
pub(super) fn at_provider(conference: &Conference) -> AtProvider {
    AtProvider {
        id: conference.provider_id.clone(),
        join_url: conference.join_url.clone(),
        details: conference.details.clone(),
    }
}

/// Returns the conference as the CRM sees it. The CRM reads a link only once, so if the provider's link may change, it
/// gets one of ours that redirects to the current link.
pub(super) fn for_crm(public_url: &str, generation: &Generation, conference: &Conference) -> AtProvider {
    let mut shown = at_provider(conference);
    if generation.plug.description().capabilities.updates == UpdateMode::MayChangeLink {
        let ours = format!("{public_url}/j/{}", conference.link());
        shown.details = shown.details.replace(&shown.join_url, &ours);
        shown.join_url = ours;
    }
    shown
}
