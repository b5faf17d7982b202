//! Conferences between their plug, the store and the CRM.

use crate::contract::conference::{Conference as AtProvider, Meeting, Person};
use crate::contract::manifest::UpdateMode;
use crate::plug::{CallError, rules};
use crate::store::{Conference, ConnectionId};
use crate::topology::Generation;

use super::{ApiError, BridgeState};

/// Checks what a plug says it made.
///
/// # Errors
/// Where no CRM could use it.
pub(super) fn check(made: &AtProvider) -> Result<(), CallError> {
    rules::conference(made).map_err(CallError::ContractBroken)
}

/// The record of a conference that was made for a meeting.
pub(super) fn record(
    id: String,
    app: u64,
    connection: ConnectionId,
    made: &AtProvider,
    meeting: &Meeting,
    created_at: u64,
) -> Conference {
    let user = match &meeting.user {
        Person::Email(user) | Person::Verified(user) => user.clone(),
    };
    Conference {
        id,
        app,
        connection,
        provider_id: made.id.clone(),
        join_url: made.join_url.clone(),
        details: made.details.clone(),
        user_id: meeting.user_id,
        user,
        topic: meeting.topic.clone(),
        start: meeting.start,
        end: meeting.end,
        created_at,
        deleted_at: None,
    }
}

/// The record of a conference that is brought up to what its meeting now is.
pub(super) fn changed(current: &Conference, after: &AtProvider, meeting: &Meeting) -> Conference {
    record(current.id.clone(), current.app, current.connection.clone(), after, meeting, current.created_at)
}

/// A conference of this app, deleted ones too.
pub(super) async fn find(state: &BridgeState, app: u64, id: &str) -> Result<Conference, ApiError> {
    let found = state.store.conference(id).await?;
    found.filter(|conference| conference.app == app).ok_or(ApiError::NotFound("conference"))
}

/// As the provider's plug knows it.
pub(super) fn at_provider(conference: &Conference) -> AtProvider {
    AtProvider {
        id: conference.provider_id.clone(),
        join_url: conference.join_url.clone(),
        details: conference.details.clone(),
    }
}

/// As the CRM is told of it. It reads a link only once, so where the provider's may change it is given ours, which leads
/// to the present one.
pub(super) fn for_crm(public_url: &str, generation: &Generation, conference: &Conference) -> AtProvider {
    let mut shown = at_provider(conference);
    if generation.plug.description().capabilities.updates == UpdateMode::MayChangeLink {
        let ours = format!("{public_url}/j/{}", conference.link());
        shown.details = shown.details.replace(&shown.join_url, &ours);
        shown.join_url = ours;
    }
    shown
}
