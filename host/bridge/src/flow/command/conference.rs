//! Finds stored conferences, and finishes changes of those without a connection.

use cordboard_core::AppId;

use crate::clock::now;
use crate::flow::ApiError;
use crate::flow::operation::json;
use cordboard_runtime::contract::crm::Outcome;
use cordboard_store::{Change, Conference, Ending, Operation, Store};

use super::result::CommandResult;

/// Returns a conference of this app, including a deleted one.
pub async fn find(store: &dyn Store, app: &AppId, id: &str) -> Result<Conference, ApiError> {
    let found = store.conference(id).await?;
    found.filter(|conference| conference.app == *app).ok_or(ApiError::NotFound("conference"))
}

/// Finishes a change of a conference whose connection is no longer configured. No plug can carry it out, so the
/// operator is shown what is left at the provider.
pub async fn without_connection(
    store: &dyn Store,
    operation: Operation,
    outcome: Outcome,
    change: Change,
) -> Result<CommandResult, ApiError> {
    let left = "the meeting changed or was deleted, but its connection is no longer configured: change it at the \
                provider by hand, or configure the connection again";
    let ending =
        Ending { outcome: json(&outcome), succeeded: true, leftover: Some(left.to_owned()), finished_at: now() };
    let finish = Change::Finish { operation: operation.id.clone(), ending };
    store.commit(vec![Change::Begin(operation), change, finish]).await?;
    Ok(CommandResult::new(outcome))
}
