//! Deletes a conference.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use cordboard_runtime::Plug;
use cordboard_runtime::contract::conference::Conference;
use cordboard_runtime::contract::crm::Outcome;
use cordboard_runtime::contract::effect::{Context, Failure};
use cordboard_store::{Change, OperationKind};

use super::clock::now;
use super::command_result::CommandResult;
use super::commands::{Commands, Purpose};
use super::execute::Run;
use super::invocation::Invocation;
use super::operation::{begin, without_connection};
use super::plug_command::{CallResult, Caller, Ended, PlugCommand, execute, share};
use super::{ApiError, conference};

const LEFTOVER: &str =
    "the meeting was deleted, but the plug cannot delete its conference at the provider: delete it there by hand";

/// The deletion of this conference at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delete(Conference);

/// Deletes a conference of this app. Succeeds if the conference is already deleted.
///
/// With `lost_before`, deletes it only if the answer to its create was recorded as lost before that time. Fails with
/// [`ApiError::NotFound`] if the answer is open or acknowledged by now.
pub(super) async fn delete(
    caller: &Caller<'_>,
    id: String,
    lost_before: Option<u64>,
) -> Result<CommandResult, ApiError> {
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
        let known = conference::find(commands.store.as_ref(), &app, &id).await?;
        if known.deleted_at.is_some() {
            return Ok(CommandResult::new(Outcome::Deleted));
        }
        let begin = |plug: &str| begin(OperationKind::Delete, Some(app.clone()), &known.connection, plug, Some(&id));
        let Some(connection) = topology.connection(&known.connection) else {
            let deleted = Change::DeleteConference { id: id.clone(), at: now() };
            return without_connection(commands.store.as_ref(), begin("")?, Outcome::Deleted, deleted).await;
        };
        let generation = connection.serving(&id);
        let operation = begin(generation.plug.digest())?;
        let delete = Invocation::Delete(Delete(conference::at_provider(&known)));
        execute(&commands, Run::begin(&commands.executor, connection, generation, operation, delete).await?).await
    };
    share(caller.commands, in_flight, key, work).await
}

impl PlugCommand for Delete {
    type Output = ();

    fn call(&self, plug: &Plug, context: &Context) -> CallResult<()> {
        plug.delete(context, &self.0)
    }

    fn end(&self, run: &Run<'_>, result: Result<(), Failure>) -> Result<Ended, String> {
        let leftover = match result {
            Ok(()) | Err(Failure::NotFound) => None,
            Err(Failure::Unsupported) => Some(LEFTOVER),
            Err(failure) => return Ok(Ended::with(Outcome::Failed(failure))),
        };
        let id = run.operation().conference.clone().unwrap_or_default();
        let deleted = Change::DeleteConference { id, at: now() };
        Ok(Ended { outcome: Outcome::Deleted, changes: vec![deleted], leftover })
    }
}
