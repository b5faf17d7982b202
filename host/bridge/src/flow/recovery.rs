//! Resumes operations interrupted by a crash.

use std::collections::HashSet;
use std::sync::Arc;

use cordboard_core::text::short;
use cordboard_store::{Change, Ending, Journal, OperationKind, StoreError};

use super::ApiError;
use super::command::{CommandResult, Commands, conference, execute, interrupted};
use super::operation::Run;
use super::provider::ProviderFlow;
use crate::clock::now;

/// Another plug would return other effects.
const NO_PLUG: &str = "its plug no longer serves";
const DELETED: &str = "its conference is deleted";

/// Resumes the operations that were in progress when the host stopped, and returns their number. An equal create joins
/// the resumed one.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn recover(commands: &Arc<Commands>, provider: &Arc<ProviderFlow>) -> Result<usize, StoreError> {
    let journals = commands.store.unfinished().await?;
    let count = journals.len();
    let mut joined = HashSet::new();
    for journal in journals {
        let fingerprint = journal.operation.fingerprint.clone();
        // A request with the fingerprint of several operations joins the first; the others are resumed separately.
        let key = match fingerprint.filter(|fingerprint| joined.insert(fingerprint.clone())) {
            Some(fingerprint) => format!("create {fingerprint}"),
            None => format!("resume {}", journal.operation.id),
        };
        let (resuming, provider) = (Arc::clone(commands), Arc::clone(provider));
        let account = journal.operation.connection.account.clone();
        let activity = commands.topology.load().limiter(&account).activity.clone();
        let resumed = async move {
            let operation = journal.operation.id.clone();
            let result = resume(&resuming, &provider, journal).await;
            if let Err(error) = &result {
                let (reason, detail) = (error.reason(), short(&error.detail()));
                tracing::error!(operation, reason, %detail, "could not resume an interrupted operation");
            }
            result
        };
        // Nothing here waits for the result.
        if commands.single_flight.start(&account, activity, None, key, resumed).is_none() {
            tracing::warn!(
                %account,
                "too many interrupted operations to resume at once; the rest are resumed at the next start"
            );
        }
    }
    Ok(count)
}

async fn resume(commands: &Commands, provider: &ProviderFlow, journal: Journal) -> Result<CommandResult, ApiError> {
    let (topology, executor) = (commands.topology.load(), &commands.executor);
    let connection = topology.connection(&journal.operation.connection);
    let serving = connection.and_then(|connection| Some((connection, connection.with_plug(&journal.operation.plug)?)));
    let Some((connection, generation)) = serving else {
        return give_up(commands, journal, NO_PLUG).await;
    };
    match journal.operation.kind {
        OperationKind::Create => execute(commands, Run::resume(executor, connection, generation, journal).await?).await,
        OperationKind::Update | OperationKind::Delete => {
            let id = journal.operation.conference.clone().unwrap_or_default();
            let _guard = commands.conference_locks.lock(&id).await;
            let app = journal.operation.app.as_ref().ok_or_else(interrupted)?;
            let stored = match conference::find(commands.store.as_ref(), app, &id).await {
                Ok(stored) if stored.deleted_at.is_none() || journal.operation.kind == OperationKind::Delete => stored,
                Ok(_) | Err(ApiError::NotFound(_)) => return give_up(commands, journal, DELETED).await,
                Err(error) => return Err(error),
            };
            let mut run = Run::resume(executor, connection, generation, journal).await?;
            run.created_at = stored.created_at;
            execute(commands, run).await
        }
        OperationKind::Receive => {
            provider.resume(connection, generation, journal).await?;
            Ok(CommandResult::unsupported())
        }
        // The caller is gone and nothing was changed: the next request starts over.
        OperationKind::VerifyUser | OperationKind::PhoneNumbers => give_up(commands, journal, NO_PLUG).await,
    }
}

/// Finishes an operation that cannot be resumed.
async fn give_up(commands: &Commands, journal: Journal, why: &str) -> Result<CommandResult, ApiError> {
    let changing =
        matches!(journal.operation.kind, OperationKind::Create | OperationKind::Update | OperationKind::Delete);
    let leftover = (changing && !journal.exchanges.is_empty())
        .then(|| format!("the host stopped during this operation, and {why}: check the provider for leftovers"));
    let ending = Ending { outcome: String::new(), succeeded: false, leftover, finished_at: now() };
    let finish = Change::Finish { operation: journal.operation.id, ending };
    commands.store.commit_for(&journal.operation.connection.account, vec![finish]).await?;
    Ok(CommandResult::unsupported())
}
