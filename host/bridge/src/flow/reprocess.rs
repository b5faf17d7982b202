//! Reprocesses webhook requests that an earlier version of a plug could not process.

use cordboard_store::{ConnectionId, StoreError};

use super::state::BridgeState;
use super::{ApiError, receive};

const BATCH: usize = 100;

/// Why webhook requests were not reprocessed. They are still stored.
#[derive(Debug, thiserror::Error)]
pub enum ReprocessError {
    /// The store failed to list them.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// One of them could not be processed at the time.
    #[error("cannot reprocess webhook request {id}: {}", .error.reason())]
    Request {
        /// The id of the request.
        id: String,
        /// The error that its sender would get.
        error: ApiError,
    },
}

/// Reprocesses the unprocessed requests of all connections, each once per plug version, and returns their number.
///
/// # Errors
/// Returns an error if the store fails, or the plug cannot be called at the time.
pub async fn reprocess(state: &BridgeState) -> Result<usize, ReprocessError> {
    let connections: Vec<_> = state.topology().connections().map(|connection| connection.id.clone()).collect();
    reprocess_connections(state, &connections).await
}

/// Reprocesses the unprocessed requests of these connections, and returns their number.
///
/// # Errors
/// Returns an error if the store fails, or the plug cannot be called at the time.
pub async fn reprocess_connections(state: &BridgeState, connections: &[ConnectionId]) -> Result<usize, ReprocessError> {
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
                    && error.is_retryable()
                {
                    return Err(ReprocessError::Request { id, error });
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
