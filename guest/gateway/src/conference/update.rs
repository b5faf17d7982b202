//! Updates a conference to match its meeting.

use cordboard_core::api_error::ApiError;
use cordboard_core::types::effect::Failure;

use super::find::{is_deleted, set_changed};
use super::user::person;
use super::{checked, connection_of, find, orphaned};
use crate::config::Accounts;
use crate::crm::CrmRequest;
use crate::execute::execute;
use crate::keys::{Conference, key};
use crate::plugs::crm::{Change, Outcome};
use crate::plugs::provider;
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Updates a conference of this app and account.
pub(super) async fn update(
    crm_request: &CrmRequest<'_>,
    accounts: &Accounts,
    store: &Store,
    wanted: &Change,
) -> Result<Outcome, ApiError> {
    let found = find(store, &crm_request.app.id, &wanted.conference_id).await?;
    let mut meeting = wanted.meeting.clone();
    if found.record.account.as_str() != meeting.account_id || found.deleted {
        return Err(ApiError::NotFound("conference"));
    }
    let Some(connection) = connection_of(crm_request, accounts, &found.record).await? else {
        return orphaned(crm_request, store, &found).await;
    };
    let current = found.record;
    set_changed(store, &current.id).await?;
    meeting.user = person(&connection, store, meeting.user).await?;
    let before = current.at_provider();
    let after = match execute(&connection, store, |context| provider::update(context, &before, &meeting)).await? {
        Ok(after) => checked(after)?,
        Err(Failure::Unsupported) => {
            warn(&format!("the plug cannot change conference {} at the provider: change it there by hand", current.id));
            before
        }
        Err(failure) => return Ok(Outcome::Failed(failure)),
    };
    // A delete may have been processed while the provider was answering.
    if is_deleted(store, &current.id).await? {
        warn(&format!("conference {} was deleted during an update: check that it is gone at the provider", current.id));
        return Err(ApiError::NotFound("conference"));
    }
    let record = Conference::made(current.id, current.app, &connection, &after, &meeting, current.created_at)?;
    store.set(&Conference::key(&record.id), &record).await?;
    if record.provider_id != current.provider_id {
        store.set(&key("known", &connection.key(), &record.provider_id), &record.id).await?;
    }
    Ok(Outcome::Updated)
}
