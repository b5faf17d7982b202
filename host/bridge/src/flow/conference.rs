//! Converts conferences between the plug, the store and the CRM.

use cordboard_core::AppId;

use crate::topology::Generation;
use cordboard_core::rules;
use cordboard_runtime::contract::conference::{Conference as AtProvider, Meeting, Person};
use cordboard_runtime::contract::manifest::UpdateMode;
use cordboard_store::{Conference, Operation, Store};

use super::ApiError;

/// Returns the record of an operation's conference as the plug made it for this meeting.
///
/// # Errors
/// Returns the reason if the operation has no app, or the meeting's user no valid id. Both are checked beforehand.
pub(super) fn record(
    operation: &Operation,
    created_at: u64,
    made: &AtProvider,
    meeting: &Meeting,
) -> Result<Conference, String> {
    let app = operation.app.clone().ok_or("the operation belongs to no app")?;
    let user = match &meeting.user {
        Person::Email(user) | Person::Verified(user) => user.clone(),
    };
    Ok(Conference {
        id: operation.conference.clone().unwrap_or_default(),
        app,
        connection: operation.connection.clone(),
        provider_id: made.id.clone(),
        join_url: made.join_url.clone(),
        details: made.details.clone(),
        user_id: rules::crm_id(&meeting.user_id)?,
        user,
        topic: meeting.topic.clone(),
        start: meeting.start,
        end: meeting.end,
        created_at,
        deleted_at: None,
    })
}

/// Returns a conference of this app, including a deleted one.
pub(super) async fn find(store: &dyn Store, app: &AppId, id: &str) -> Result<Conference, ApiError> {
    let found = store.conference(id).await?;
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
