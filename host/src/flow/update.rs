//! Updates a conference to match its meeting.

use std::sync::Arc;

use cordboard_core::{AppId, hex};
use sha2::{Digest, Sha256};

use crate::contract::crm::{Change as RequestedChange, Outcome};
use crate::contract::effect::Failure;
use crate::store::{Change, Conference, Journal, OperationKind};
use crate::topology::{Connection, Generation, Topology};

use super::command_result::{CommandResult, broken, failed, interrupted};
use super::execute::{Completion, Run};
use super::invocation::Invocation;
use super::operation::{begin, json, without_connection};
use super::state::{BridgeState, Purpose};
use super::user::person;
use super::{ApiError, conference};

const LEFTOVER: &str =
    "the meeting changed, but the plug cannot change its conference at the provider: change it there by hand";

/// Updates a conference of this app and account.
pub(super) async fn update(
    state: &Arc<BridgeState>,
    topology: &Topology,
    app: &AppId,
    requested: RequestedChange,
    body: usize,
) -> Result<CommandResult, ApiError> {
    let RequestedChange { conference_id, meeting } = requested;
    let known = conference::find(state, app, &conference_id).await?;
    if known.connection.account.as_str() != meeting.account_id || known.deleted_at.is_some() {
        return Err(ApiError::NotFound("conference"));
    }
    let in_flight = state.admit(topology, &known.connection.account, body, Purpose::Change)?;
    let key = state.update_keys.key(&conference_id, hex(&Sha256::digest(json(&meeting))));
    let work = {
        let (state, app) = (Arc::clone(state), app.clone());
        async move {
            let topology = state.topology();
            let _guard = state.conference_locks.lock(&conference_id).await;
            // The previous holder of the lock may have changed or deleted it.
            let current = conference::find(&state, &app, &conference_id).await?;
            if current.deleted_at.is_some() {
                return Err(ApiError::NotFound("conference"));
            }
            let Some(connection) = topology.connection(&current.connection) else {
                let record = conference::changed(&current, &conference::at_provider(&current), &meeting)?;
                let (result, change) = (CommandResult::new(Outcome::Updated), Change::PutConference(record));
                return without_connection(&state, OperationKind::Update, &current, result, change).await;
            };
            let generation = connection.serving(&conference_id);
            let mut meeting = meeting;
            // Journaled as the plug sees the user, because a resumed operation must see the same.
            meeting.user = person(&state, connection, generation, meeting.user).await?;
            let operation =
                begin(OperationKind::Update, Some(app.clone()), connection, generation, Some(conference_id.clone()))?;
            let invocation = Invocation::Update { current: conference::at_provider(&current), meeting };
            let run = Run::begin(&state, connection, generation, operation, invocation).await?;
            change(run, current).await
        }
    };
    state.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
}

/// Resumes an update that a crash interrupted.
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
    change(run, current).await
}

async fn change(mut run: Run<'_>, current: Conference) -> Result<CommandResult, ApiError> {
    let invocation = run.invocation();
    let Invocation::Update { current: before, meeting } = &*invocation else { return Err(interrupted()) };
    let completion = run.execute(|plug, context| plug.update(context, before, meeting)).await?;
    let (after, leftover) = match completion {
        Completion::Done(after) => match conference::check(&after) {
            Ok(()) => (after, None),
            Err(error) => return broken(run, error, None).await,
        },
        // The CRM cannot do anything about it, but the operator can.
        Completion::Failed(Failure::Unsupported) => (before.clone(), Some(LEFTOVER.to_owned())),
        Completion::Failed(failure) => return failed(run, failure).await,
        Completion::Broken(error) => return broken(run, error, None).await,
    };
    let changes = vec![Change::PutConference(conference::changed(&current, &after, meeting)?)];
    run.finish(json(&Outcome::Updated), true, leftover, changes).await?;
    Ok(CommandResult::new(Outcome::Updated))
}
