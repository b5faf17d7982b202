//! Deletes a conference.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::Delete;
use cordboard_core::types::crm::Outcome;
use cordboard_core::types::provider;

use super::find::set_changed;
use super::{connection_of, find, orphaned};
use crate::command::run;
use crate::config::Accounts;
use crate::crm::CrmRequest;
use crate::spin::store::Store;

/// Deletes a conference of this app. Deleting it again succeeds.
pub(super) async fn delete(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    store: &Store,
    id: &str,
) -> Result<Outcome, ApiError> {
    let conference = find(store, &crm_request.app.id, id).await?;
    if conference.deleted_at.is_some() {
        return Ok(Outcome::Deleted);
    }
    let Some(connection) = connection_of(crm_request, accounts, &conference).await? else {
        return orphaned(crm_request, store, &conference).await;
    };
    set_changed(store, id).await?;
    let delete = Delete(conference.at_provider());
    let target = crm_request.target(&connection, id, conference.created_at);
    run(&connection, store, &target, &delete, |context| provider::delete(context, &delete.0)).await
}
