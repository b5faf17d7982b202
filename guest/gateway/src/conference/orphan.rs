//! A conference whose connection is not configured any more: no plug can carry a change out, so its operator is told
//! what is left at the provider, and HubSpot, which can do nothing about it, that all is well.

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
/// Where the conference is not the account's, or the store fails.
pub async fn orphaned(crm_request: &CrmRequest<'_>, store: &Store, found: &Found) -> Result<Outcome, ApiError> {
    let Found { record, deleted } = found;
    match &crm_request.command {
        Command::Update(change) if *deleted || change.meeting.account_id != record.account => {
            Err(ApiError::NotFound("conference"))
        }
        Command::Update(_) => {
            left(record, "changed");
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
        "the meeting of conference {id} {what}, and the connection `{connection}` of the account {account} is not \
         configured any more: see to it at the provider by hand"
    ));
}
