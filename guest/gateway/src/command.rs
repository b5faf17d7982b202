//! Runs a command of the CRM with the connection's plug, and stores what it changes.

use cordboard_core::api_error::ApiError;
use cordboard_core::command::{Change, Ended, PlugCommand, Target};
use cordboard_core::record::{Conference, may_change_link};
use cordboard_core::types::crm::Outcome;
use cordboard_core::types::effect::{Context, Pause};

use crate::conference::{is_deleted, set_deleted};
use crate::config::Connection;
use crate::execute::execute;
use crate::keys::{conference_key, key};
use crate::links;
use crate::spin::log::warn;
use crate::spin::store::Store;

/// Runs a command and returns its outcome. If the component terminates, the command ends: there is no journal from which
/// it could continue.
///
/// # Errors
/// Returns an error if the store fails, the operation times out or the plug violates the contract.
pub async fn run<C: PlugCommand>(
    connection: &Connection,
    store: &Store,
    target: &Target<'_>,
    command: &C,
    plug_call: impl Fn(&Context) -> Result<C::Output, Pause>,
) -> Result<Outcome, ApiError> {
    let result = execute(connection, store, plug_call).await?;
    let Ended { outcome, change, leftover } = command.end(target, result).map_err(ApiError::PlugFailed)?;
    if let Some(leftover) = leftover {
        warn(&format!("conference {}, {connection}: {leftover}", target.conference));
    }
    if let Some(change) = change {
        put(connection, store, target, change).await?;
    }
    Ok(outcome)
}

/// Stores a change, value by value: the store has no transactions.
async fn put(connection: &Connection, store: &Store, target: &Target<'_>, change: Change) -> Result<(), ApiError> {
    let id = target.conference;
    match change {
        Change::Created(record) => {
            put_conference(connection, store, &record).await?;
            if may_change_link(target.plug) { links::save(store, &record).await } else { Ok(()) }
        }
        // A delete may have been processed while the provider was answering.
        Change::Updated(_) if is_deleted(store, id).await? => {
            warn(&format!("conference {id} was deleted during an update: check that it is gone at the provider"));
            Err(ApiError::NotFound("conference"))
        }
        Change::Updated(record) => put_conference(connection, store, &record).await,
        Change::Deleted => set_deleted(store, id).await,
        Change::UserVerified(user) => store.set(&key("user", &connection.key(), &user), &true).await,
    }
}

async fn put_conference(connection: &Connection, store: &Store, record: &Conference) -> Result<(), ApiError> {
    store.set(&conference_key(&record.id), record).await?;
    store.set(&key("known", &connection.key(), &record.provider_id), &record.id).await
}
