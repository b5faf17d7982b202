//! Reprocesses webhook requests that an earlier version of a plug could not process.

use cordboard_core::text::short;
use cordboard_store::{ConnectionId, StoreError};

use super::ApiError;
use super::inbound_request::to_webhook_request;
use super::provider::ProviderFlow;

const BATCH: usize = 100;

/// Why webhook requests were not reprocessed. They are still stored.
#[derive(Debug, thiserror::Error)]
pub enum ReprocessError {
    /// The store failed to list them.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// One of them could not be processed at the time.
    #[error("cannot reprocess webhook request {id}: {}", message(.error))]
    Request {
        /// The id of the request.
        id: String,
        /// The error that its sender would get.
        error: ApiError,
    },
}

fn message(error: &ApiError) -> String {
    format!("{}: {}", error.reason(), short(&error.detail()))
}

impl ProviderFlow {
    /// Reprocesses the unprocessed requests of all connections, each once per plug version, and returns their number.
    ///
    /// # Errors
    /// Returns an error if the store fails, or the plug cannot be called at the time.
    pub async fn reprocess(&self) -> Result<usize, ReprocessError> {
        let connections: Vec<_> =
            self.executor.topology.load().connections().map(|connection| connection.id.clone()).collect();
        self.reprocess_connections(&connections).await
    }

    /// Reprocesses the unprocessed requests of these connections, and returns their number.
    ///
    /// # Errors
    /// Returns an error if the store fails, or the plug cannot be called at the time.
    pub async fn reprocess_connections(&self, connections: &[ConnectionId]) -> Result<usize, ReprocessError> {
        let topology = self.executor.topology.load();
        let mut count = 0;
        for connection in connections.iter().filter_map(|id| topology.connection(id)) {
            let plug = connection.generation.plug.digest();
            loop {
                let stored = self.executor.store.unprocessed(&connection.id, plug, BATCH).await?;
                let last = stored.len() < BATCH;
                for inbound_request in stored {
                    let (id, request) = to_webhook_request(inbound_request);
                    // Whatever the result, the request is stored again under this plug's digest.
                    if let Err(error) = self.read(connection, &connection.generation, id.clone(), request).await
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
}
