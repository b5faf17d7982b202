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
pub async fn orphaned(crm_request: &CrmRequest<'_>, store: &Store, known: &Conference) -> Result<Outcome, ApiError> {
    if let Command::Update(change) = &crm_request.command {
        known.check_update(&change.meeting.account_id)?;
        left(known, "was changed");
        set_changed(store, &known.id).await?;
        return Ok(Outcome::Updated);
    }
    if known.deleted_at.is_none() {
        left(known, "was deleted");
        set_deleted(store, &known.id).await?;
    }
    Ok(Outcome::Deleted)
}

fn left(conference: &Conference, what: &str) {
    let Conference { id, connection, .. } = conference;
    warn(&format!(
        "the meeting of conference {id} {what}, but connection `{}` of account {} is no longer configured: update or \
         delete it at the provider by hand",
        connection.name, connection.account
    ));
}
