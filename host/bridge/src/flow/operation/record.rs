//! Operation records and their JSON in the journal.

use cordboard_core::AppId;
use cordboard_core::engine::PlugState;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::now;
use crate::flow::ApiError;
use crate::flow::api_error::no_randomness;
use crate::random::{random_bytes, random_id};
use crate::topology::Generation;
use cordboard_runtime::contract::effect::{Context, StateEntry};
use cordboard_store::spelling;
use cordboard_store::{ConnectionId, Operation, OperationKind, Scope, Store, StoreError};

/// Creates the record of an operation of a connection's plug, given its digest. Its input and context are filled in when
/// it is journaled.
pub fn begin(
    kind: OperationKind,
    app: Option<AppId>,
    connection: &ConnectionId,
    plug: &str,
    conference: Option<&str>,
) -> Result<Operation, ApiError> {
    Ok(Operation {
        id: random_id().map_err(no_randomness)?,
        kind,
        app,
        connection: connection.clone(),
        plug: plug.to_owned(),
        conference: conference.map(str::to_owned),
        request: None,
        fingerprint: None,
        input: String::new(),
        context: String::new(),
        started_at: now(),
    })
}

/// Reads the state of the plug that runs an operation.
pub(super) async fn plug_state(store: &dyn Store, operation: &Operation) -> Result<PlugState, StoreError> {
    let scope = Scope::Connection(operation.connection.clone());
    Ok(PlugState::new(store.plug_state(&scope, operation.started_at).await?))
}

/// Reads the state of the plug that runs an interrupted operation, and what the operation captured until then.
pub(super) async fn interrupted_plug_state(store: &dyn Store, operation: &Operation) -> Result<PlugState, ApiError> {
    let mut state = plug_state(store, operation).await?;
    for entry in store.plug_state(&Scope::Operation(operation.id.clone()), operation.started_at).await? {
        let (retired, captured_bytes) = read(&entry.value)?;
        state.restore(retired, captured_bytes);
    }
    Ok(state)
}

/// Builds the initial context of an operation, without exchanges.
pub fn context(generation: &Generation, plug_state: Vec<StateEntry>, now: u64) -> Result<Context, ApiError> {
    Ok(generation.settings.context(plug_state, now, random_bytes().map_err(no_randomness)?.to_vec()))
}

/// Serializes a value for the journal.
pub fn json(value: &impl Serialize) -> String {
    // Maps with string keys always serialize.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a value from the journal.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    spelling::read(text).map_err(|error| ApiError::Unavailable(format!("the journal cannot be read: {error}")))
}
