//! What a crash cut short goes on.

use std::collections::HashSet;
use std::sync::Arc;

use crate::store::{Change, Ending, Journal, OperationKind, StoreError};
use crate::topology::Connection;

use super::command_result::CommandResult;
use super::state::{BridgeState, now};
use super::{ApiError, create, delete, receive, update};

/// Starts the operations that were under way when the host stopped; a request for the same joins them. How many.
///
/// # Errors
/// Where the store fails.
pub async fn recover(state: &Arc<BridgeState>) -> Result<usize, StoreError> {
    let journals = state.store.unfinished().await?;
    let count = journals.len();
    let mut joined = HashSet::new();
    for journal in journals {
        let fingerprint = journal.operation.fingerprint.clone();
        // A request that is like several of them joins the first; each goes on for itself.
        let key = match fingerprint.filter(|fingerprint| joined.insert(fingerprint.clone())) {
            Some(fingerprint) => format!("create {fingerprint}"),
            None => format!("resume {}", journal.operation.id),
        };
        let shared = Arc::clone(state);
        let account = journal.operation.connection.account;
        let limiter = state.topology().limiter(account);
        let resumed = async move {
            let operation = journal.operation.id.clone();
            let result = resume(&shared, journal).await;
            if let Err(error) = &result {
                tracing::error!(operation, reason = error.reason(), "an interrupted operation could not go on");
            }
            result
        };
        let started = state.single_flight.start(account, key, async move { limiter.activity().run(resumed).await });
        // The handle would tell the result, which nobody waits for here.
        if started.is_none() {
            tracing::warn!(
                account,
                "too many operations were cut short to go on at once: the rest waits for the next start"
            );
        }
    }
    Ok(count)
}

async fn resume(state: &Arc<BridgeState>, journal: Journal) -> Result<CommandResult, ApiError> {
    let topology = state.topology();
    let serving = |connection: &'_ Arc<Connection>| {
        Some((Arc::clone(connection), Arc::clone(connection.with_plug(&journal.operation.plug)?)))
    };
    let found = topology.connection(&journal.operation.connection).and_then(serving);
    let Some((connection, generation)) = found else {
        return give_up(state, journal).await;
    };
    let (connection, generation) = (&*connection, &generation);
    match journal.operation.kind {
        OperationKind::Create => create::resume(state, connection, generation, journal).await,
        OperationKind::Update => update::resume(state, connection, generation, journal).await,
        OperationKind::Delete => delete::resume(state, connection, generation, journal).await,
        OperationKind::Receive => {
            receive::resume(state, connection, generation, journal).await?;
            Ok(CommandResult::unsupported())
        }
        // Who asked is gone, and nothing was changed: the next request asks anew.
        OperationKind::VerifyUser | OperationKind::PhoneNumbers => give_up(state, journal).await,
    }
}

/// Ends an operation that cannot go on: another plug is there now, which would ask for other things.
async fn give_up(state: &BridgeState, journal: Journal) -> Result<CommandResult, ApiError> {
    let changing =
        matches!(journal.operation.kind, OperationKind::Create | OperationKind::Update | OperationKind::Delete);
    let leftover = (changing && !journal.exchanges.is_empty()).then(|| {
        "the host stopped amid this operation, and its plug is not there any more: look at the provider whether \
         something is left there"
            .to_owned()
    });
    let ending = Ending { outcome: String::new(), succeeded: false, leftover, finished_at: now() };
    let account = journal.operation.connection.account;
    state.store.commit_for(account, vec![Change::Finish { operation: journal.operation.id, ending }]).await?;
    Ok(CommandResult::unsupported())
}
