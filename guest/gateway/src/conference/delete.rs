//! A conference taken back.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::effect::Failure;

use super::find::{set_changed, set_deleted};
use super::{connection_of, find, orphaned};
use crate::crm::Asked;
use crate::drive::drive;
use crate::owner::Accounts;
use crate::plugs::crm::Outcome;
use crate::plugs::provider;
use crate::spin::log::say;
use crate::spin::store::Store;

/// Deletes a conference of this app; one that is deleted already stays so.
pub(super) async fn delete(
    asked: &Asked<'_>,
    accounts: &Accounts,
    store: &Store,
    id: &str,
) -> Result<Outcome, Refusal> {
    let found = find(store, asked.app.id, id).await?;
    if found.deleted {
        return Ok(Outcome::Deleted);
    }
    let Some(connection) = connection_of(asked, accounts, &found.record).await? else {
        return orphaned(asked, store, &found).await;
    };
    set_changed(store, id).await?;
    let known = found.record.at_provider();
    match drive(&connection, store, |context| provider::delete(context, &known)).await? {
        Ok(()) | Err(Failure::NotFound) => {}
        Err(Failure::Unsupported) => {
            say(&format!("the plug cannot delete conference {id} at the provider: delete it there by hand"));
        }
        Err(failure) => return Ok(Outcome::Failed(failure)),
    }
    set_deleted(store, id).await?;
    Ok(Outcome::Deleted)
}
