//! Operation records and their JSON in the journal.

use cordboard_core::AppId;
use cordboard_core::engine::PlugState;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::effect::{Context, StateEntry};
use crate::store::spelling;
use crate::store::{Change, Conference, ConnectionId, Ending, Operation, OperationKind, Scope, StoreError};
use crate::topology::{Connection, Generation};

use super::ApiError;
use super::api_error::no_randomness;
use super::command_result::CommandResult;
use super::id::{random_bytes, random_id};
use super::state::{BridgeState, now};

/// Creates the record of an operation of a connection's plug in this generation. Its input and context are filled in
/// when it is journaled.
pub(super) fn begin(
    kind: OperationKind,
    app: Option<AppId>,
    connection: &Connection,
    generation: &Generation,
    conference: Option<String>,
) -> Result<Operation, ApiError> {
    operation(kind, app, connection.id.clone(), generation.plug.digest(), conference)
}

fn operation(
    kind: OperationKind,
    app: Option<AppId>,
    connection: ConnectionId,
    plug: &str,
    conference: Option<String>,
) -> Result<Operation, ApiError> {
    Ok(Operation {
        id: random_id().map_err(no_randomness)?,
        kind,
        app,
        connection,
        plug: plug.to_owned(),
        conference,
        request: None,
        fingerprint: None,
        input: String::new(),
        context: String::new(),
        started_at: now(),
    })
}

/// Reads the state of the plug that runs an operation.
pub(super) async fn plug_state(state: &BridgeState, operation: &Operation) -> Result<PlugState, StoreError> {
    let scope = Scope::Connection(operation.connection.clone());
    Ok(PlugState::new(state.store.plug_state(&scope, operation.started_at).await?))
}

/// Builds the initial context of an operation, without exchanges.
pub(super) fn context(generation: &Generation, plug_state: Vec<StateEntry>, now: u64) -> Result<Context, ApiError> {
    Ok(generation.settings.context(plug_state, now, random_bytes().map_err(no_randomness)?.to_vec()))
}

/// Finishes a change of a conference whose connection is no longer configured. No plug can carry it out, so the
/// operator is shown what is left at the provider.
pub(super) async fn without_connection(
    state: &BridgeState,
    kind: OperationKind,
    conference: &Conference,
    result: CommandResult,
    change: Change,
) -> Result<CommandResult, ApiError> {
    let (app, id) = (Some(conference.app.clone()), Some(conference.id.clone()));
    let operation = operation(kind, app, conference.connection.clone(), "", id)?;
    let left = "the meeting changed or was deleted, but its connection is no longer configured: change it at the \
                provider by hand, or configure the connection again";
    let ending =
        Ending { outcome: json(&result.outcome), succeeded: true, leftover: Some(left.to_owned()), finished_at: now() };
    let finish = Change::Finish { operation: operation.id.clone(), ending };
    state.store.commit(vec![Change::Begin(operation), change, finish]).await?;
    Ok(result)
}

/// Serializes a value for the journal.
pub(super) fn json(value: &impl Serialize) -> String {
    // Maps with string keys always serialize.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a value from the journal.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    spelling::read(text).map_err(|error| ApiError::Unavailable(format!("the journal cannot be read: {error}")))
}
