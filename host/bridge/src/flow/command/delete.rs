//! Deletes a conference.

use std::sync::Arc;

use cordboard_core::command::Delete;

use crate::clock::now;
use crate::flow::ApiError;
use crate::flow::operation::{Invocation, Run, begin};
use cordboard_runtime::contract::crm::Outcome;
use cordboard_store::{Change, OperationKind};

use super::caller::{Caller, Purpose};
use super::commands::Commands;
use super::conference::{self, without_connection};
use super::execute::execute;
use super::result::CommandResult;

/// Deletes a conference of this app. Succeeds if the conference is already deleted.
///
/// With `lost_before`, deletes it only if the answer to its create was recorded as lost before that time. Fails with
/// [`ApiError::NotFound`] if the answer is open or acknowledged by now.
pub async fn delete(caller: &Caller<'_>, id: String, lost_before: Option<u64>) -> Result<CommandResult, ApiError> {
    let app = caller.app.clone();
    let account = conference::find(caller.commands.store.as_ref(), &app, &id).await?.connection.account;
    let in_flight = caller.admit(&account, Purpose::Change)?;
    let key = format!("{} {id}", if lost_before.is_some() { "undo" } else { "delete" });
    let work = move |commands: Arc<Commands>| async move {
        let _guard = commands.conference_locks.lock(&id).await;
        if let Some(before) = lost_before
            && (commands.answers.is_open(&id) || !commands.store.is_unacknowledged(&account, &id, before).await?)
        {
            return Err(ApiError::NotFound("unacknowledged conference"));
        }
        let topology = commands.topology.load();
        let stored = conference::find(commands.store.as_ref(), &app, &id).await?;
        if stored.deleted_at.is_some() {
            return Ok(CommandResult::new(Outcome::Deleted));
        }
        let begin = |plug: &str| begin(OperationKind::Delete, Some(app.clone()), &stored.connection, plug, Some(&id));
        let Some(connection) = topology.connection(&stored.connection) else {
            let deleted = Change::DeleteConference { id: id.clone(), at: now() };
            return without_connection(commands.store.as_ref(), begin("")?, Outcome::Deleted, deleted).await;
        };
        let generation = connection.serving(&id);
        let operation = begin(generation.plug.digest())?;
        let delete = Invocation::Delete(Delete(stored.at_provider()));
        execute(&commands, Run::begin(&commands.executor, connection, generation, operation, delete).await?).await
    };
    caller.share(in_flight, key, work).await
}
