//! Reprocesses webhook requests that an earlier version of a plug could not process.

use crate::store::{ConnectionId, StoreError};

use super::receive;
use super::state::BridgeState;

const BATCH: usize = 100;

/// Reprocesses the unprocessed requests of all connections, each once per plug version, and returns their number.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn reprocess(state: &BridgeState) -> Result<usize, StoreError> {
    let connections: Vec<_> = state.topology().connections().map(|connection| connection.id.clone()).collect();
    reprocess_connections(state, &connections).await
}

/// Reprocesses the unprocessed requests of these connections, and returns their number.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn reprocess_connections(state: &BridgeState, connections: &[ConnectionId]) -> Result<usize, StoreError> {
    let topology = state.topology();
    let mut count = 0;
    for connection in connections.iter().filter_map(|id| topology.connection(id)) {
        let plug = connection.generation.plug.digest();
        loop {
            let stored = state.store.unprocessed(&connection.id, plug, BATCH).await?;
            let last = stored.len() < BATCH;
            for inbound_request in stored {
                let id = inbound_request.id.clone();
                // Whatever the result, the request is stored again under this plug's digest.
                if let Err(error) = receive::reprocess(state, connection, inbound_request).await
                    && error.status() == 503
                {
                    return Err(StoreError(format!("cannot reprocess webhook request {id}: {}", error.reason())));
                }
                count += 1;
            }
            if last {
                break;
            }
        }
    }
    Ok(count)
}
