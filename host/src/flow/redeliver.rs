//! Deliveries that an earlier plug could not digest are read by the one that is there now.

use crate::store::{ConnectionId, StoreError};

use super::receive;
use super::switchboard::Switchboard;

const BATCH: usize = 100;

/// Reads them again, each once per plug. How many.
///
/// # Errors
/// Where the store fails.
pub async fn redeliver(board: &Switchboard) -> Result<usize, StoreError> {
    let connections: Vec<_> = board.world().connections().map(|connection| connection.id.clone()).collect();
    redeliver_of(board, &connections).await
}

/// The same, of these connections.
///
/// # Errors
/// Where the store fails.
pub async fn redeliver_of(board: &Switchboard, connections: &[ConnectionId]) -> Result<usize, StoreError> {
    let world = board.world();
    let mut count = 0;
    for connection in connections.iter().filter_map(|id| world.connection(id)) {
        let plug = connection.generation.plug.digest();
        loop {
            let kept = board.store.undigested(&connection.id, plug, BATCH).await?;
            let last = kept.len() < BATCH;
            for delivery in kept {
                let id = delivery.id.clone();
                // Whatever comes of it, the delivery is kept again under this plug's digest.
                if let Err(error) = receive::again(board, connection, delivery).await
                    && error.status() == 503
                {
                    return Err(StoreError(format!("the delivery {id} could not be read again: {}", error.reason())));
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
