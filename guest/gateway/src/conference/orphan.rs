//! Handles conferences whose connection is no longer configured. No plug can apply the change, so the log tells the
//! operator what remains at the provider; HubSpot, which cannot do anything about it, gets a success.

use cordboard_core::api_error::ApiError;

use super::Found;
use super::find::{set_changed, set_deleted};
use crate::crm::CrmRequest;
use crate::keys::Conference;
use crate::plugs::crm::{Command, Outcome};
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Answers an update or a delete of such a conference.
///
/// # Errors
/// Returns an error if the conference belongs to another account, an updated one was deleted, or the store fails.
pub async fn orphaned(crm_request: &CrmRequest<'_>, store: &Store, found: &Found) -> Result<Outcome, ApiError> {
    let Found { record, deleted } = found;
    match &crm_request.command {
        Command::Update(change) if *deleted || change.meeting.account_id != record.account.as_str() => {
            Err(ApiError::NotFound("conference"))
        }
        Command::Update(_) => {
            left(record, "was changed");
            set_changed(store, &record.id).await?;
            Ok(Outcome::Updated)
        }
        _ if *deleted => Ok(Outcome::Deleted),
        _ => {
            left(record, "was deleted");
            set_deleted(store, &record.id).await?;
            Ok(Outcome::Deleted)
        }
    }
}

fn left(conference: &Conference, what: &str) {
    let Conference { id, account, connection, .. } = conference;
    warn(&format!(
        "the meeting of conference {id} {what}, but connection `{connection}` of account {account} is no longer \
         configured: update or delete it at the provider by hand"
    ));
}
