//! Handles conferences whose connection is no longer configured. No plug can apply the change, so the log tells the
//! operator what remains at the provider; HubSpot, which cannot do anything about it, gets a success.

use cordboard_core::api_error::ApiError;
use cordboard_core::record::Conference;
use cordboard_core::types::crm::{Command, Outcome};

use super::find::{set_changed, set_deleted};
use crate::crm::CrmRequest;
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Answers an update or a delete of such a conference.
///
/// # Errors
/// Returns an error if the conference belongs to another account, an updated one was deleted, or the store fails.
pub async fn orphaned(
    crm_request: &CrmRequest<'_>,
    store: &Store,
    conference: &Conference,
) -> Result<Outcome, ApiError> {
    if let Command::Update(change) = &crm_request.command {
        conference.check_update(&change.meeting.account_id)?;
        warn_of_leftover(conference, "was changed");
        set_changed(store, &conference.id).await?;
        return Ok(Outcome::Updated);
    }
    if conference.deleted_at.is_none() {
        warn_of_leftover(conference, "was deleted");
        set_deleted(store, &conference.id).await?;
    }
    Ok(Outcome::Deleted)
}

fn warn_of_leftover(conference: &Conference, change: &str) {
    let Conference { id, connection, .. } = conference;
    warn(&format!(
        "the meeting of conference {id} {change}, but connection `{}` of account {} is no longer configured: update or \
         delete it at the provider by hand",
        connection.name, connection.account
    ));
}
