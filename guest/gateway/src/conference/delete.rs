//! Deletes a conference.

use cordboard_core::api_error::ApiError;
use cordboard_core::types::effect::Failure;

use super::find::{set_changed, set_deleted};
use super::{connection_of, find, orphaned};
use crate::config::Accounts;
use crate::crm::CrmRequest;
use crate::execute::execute;
use crate::plugs::crm::Outcome;
use crate::plugs::provider;
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Deletes a conference of this app. Deleting it again succeeds.
pub(super) async fn delete(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    store: &Store,
    id: &str,
) -> Result<Outcome, ApiError> {
    let found = find(store, &crm_request.app.id, id).await?;
    if found.deleted {
        return Ok(Outcome::Deleted);
    }
    let Some(connection) = connection_of(crm_request, accounts, &found.record).await? else {
        return orphaned(crm_request, store, &found).await;
    };
    set_changed(store, id).await?;
    let known = found.record.at_provider();
    match execute(&connection, store, |context| provider::delete(context, &known)).await? {
        Ok(()) | Err(Failure::NotFound) => {}
        Err(Failure::Unsupported) => {
            warn(&format!("the plug cannot delete conference {id} at the provider: delete it there by hand"));
        }
        Err(failure) => return Ok(Outcome::Failed(failure)),
    }
    set_deleted(store, id).await?;
    Ok(Outcome::Deleted)
}
