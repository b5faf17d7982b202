//! Deletes a conference.

use std::sync::Arc;

use cordboard_core::AppId;

use crate::contract::crm::Outcome;
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::topology::{Connection, Generation, Topology};

use super::command_result::{CommandResult, broken, failed, interrupted};
use super::execute::{Completion, Run};
use super::invocation::Invocation;
use super::operation::{begin, json, without_connection};
use super::state::{BridgeState, Purpose, now};
use super::{ApiError, conference};

const LEFTOVER: &str =
    "the meeting was deleted, but the plug cannot delete its conference at the provider: delete it there by hand";

/// Deletes a conference of this app. Succeeds if the conference is already deleted.
pub(super) async fn delete(
    state: &Arc<BridgeState>,
    topology: &Topology,
    app: &AppId,
    id: String,
    body: usize,
) -> Result<CommandResult, ApiError> {
    let known = conference::find(state, app, &id).await?;
    let in_flight = state.admit(topology, &known.connection.account, body, Purpose::Change)?;
    let key = format!("delete {id}");
    let work = {
        let (state, app) = (Arc::clone(state), app.clone());
        async move {
            let _guard = state.conference_locks.lock(&id).await;
            carry_out(&state, &app, id).await
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// Deletes a conference whose answer was recorded as lost before `before`. Fails with [`ApiError::NotFound`] if the
/// answer is open or acknowledged by now.
pub(super) async fn delete_if_unacknowledged(
    state: &Arc<BridgeState>,
    app: &AppId,
    id: String,
    before: u64,
) -> Result<CommandResult, ApiError> {
    let known = conference::find(state, app, &id).await?;
    let account = known.connection.account;
    let in_flight = state.admit(&state.topology(), &account, 0, Purpose::Change)?;
    let key = format!("undo {id}");
    let work = {
        let (state, app) = (Arc::clone(state), app.clone());
        async move {
            let _guard = state.conference_locks.lock(&id).await;
            if state.answers.is_open(&id) || !state.store.is_unacknowledged(&account, &id, before).await? {
                return Err(ApiError::NotFound("unacknowledged conference"));
            }
            carry_out(&state, &app, id).await
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// Deletes a conference. The caller must hold the conference's lock.
async fn carry_out(state: &BridgeState, app: &AppId, id: String) -> Result<CommandResult, ApiError> {
    let topology = state.topology();
    let current = conference::find(state, app, &id).await?;
    if current.deleted_at.is_some() {
        return Ok(CommandResult::new(Outcome::Deleted));
    }
    let Some(connection) = topology.connection(&current.connection) else {
        let (result, change) = (CommandResult::new(Outcome::Deleted), Change::DeleteConference { id, at: now() });
        return without_connection(state, OperationKind::Delete, &current, result, change).await;
    };
    let generation = connection.serving(&id);
    let operation = begin(OperationKind::Delete, Some(app.clone()), connection, generation, Some(id.clone()))?;
    let invocation = Invocation::Delete(conference::at_provider(&current));
    let run = Run::begin(state, connection, generation, operation, invocation).await?;
    delete_at_provider(run, current).await
}

/// Resumes a delete that a crash interrupted.
pub(super) async fn resume(
    state: &BridgeState,
    connection: &Connection,
    generation: &Arc<Generation>,
    journal: Journal,
) -> Result<CommandResult, ApiError> {
    let id = journal.operation.conference.clone().unwrap_or_default();
    let _guard = state.conference_locks.lock(&id).await;
    let app = journal.operation.app.as_ref().ok_or_else(interrupted)?;
    let current = conference::find(state, app, &id).await?;
    let run = Run::resume(state, connection, generation, journal).await?;
    delete_at_provider(run, current).await
}

async fn delete_at_provider(mut run: Run<'_>, current: Conference) -> Result<CommandResult, ApiError> {
    let invocation = run.invocation();
    let Invocation::Delete(known) = &*invocation else { return Err(interrupted()) };
    let completion = run.execute(|plug, context| plug.delete(context, known)).await?;
    let leftover = match completion {
        Completion::Done(()) | Completion::Failed(Failure::NotFound) => None,
        Completion::Failed(Failure::Unsupported) => Some(LEFTOVER.to_owned()),
        Completion::Failed(failure) => return failed(run, failure).await,
        Completion::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::DeleteConference { id: current.id, at: now() }];
    run.finish(json(&Outcome::Deleted), true, leftover, changes).await?;
    Ok(CommandResult::new(Outcome::Deleted))
}
