//! What a connection's plug was asked, as it was kept: to be put to other plugs.

use sha2::{Digest, Sha256};

use crate::contract::effect::Context;
use crate::store::{ConnectionId, Delivery, Journal, JournaledEffect, StoreError};

use super::asked::Asked;
use super::delivery;
use super::operation::read;
use super::switchboard::Switchboard;

/// An operation that can be put to a plug again.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The operation, or the delivery.
    pub id: String,
    /// When, in epoch milliseconds.
    pub at: u64,
    /// What was asked.
    pub asked: Asked,
    /// All that the plug knew, with what came of its effects.
    pub context: Context,
    /// What it wanted done, in order.
    pub effects: Vec<JournaledEffect>,
}

/// The last operations and deliveries of a connection that can be read, newest first, at most `last`.
///
/// # Errors
/// Where the store fails.
pub async fn recorded(
    board: &Switchboard,
    connection: &ConnectionId,
    last: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let operations = board.store.recorded(connection, last).await?.into_iter().filter_map(of_operation);
    let deliveries = board.store.deliveries(connection, last).await?.into_iter().map(of_delivery);
    let mut all: Vec<_> = operations.chain(deliveries).collect();
    all.sort_by_key(|recorded| std::cmp::Reverse(recorded.at));
    all.truncate(last);
    Ok(all)
}

/// None for one that an earlier version wrote otherwise.
fn of_operation(journal: Journal) -> Option<Recorded> {
    let Journal { operation, exchanges } = journal;
    let asked: Asked = read(&operation.input).ok()?;
    let mut context: Context = read(&operation.context).ok()?;
    let mut effects = Vec::with_capacity(exchanges.len());
    for exchanged in exchanges {
        let Some(exchange) = exchanged.exchange else { break };
        effects.push(exchanged.effect);
        context.exchanges.push(exchange);
    }
    Some(Recorded { id: operation.id, at: operation.started_at, asked, context, effects })
}

/// A delivery as its plug saw it. What was random then is not kept; for every plug it is the same.
fn of_delivery(kept: Delivery) -> Recorded {
    let at = kept.received_at;
    let (id, request) = delivery::again(kept);
    let random = Sha256::digest(id.as_bytes()).iter().take(16).copied().collect();
    let context = Context {
        settings: Vec::new(),
        secrets: Vec::new(),
        state: Vec::new(),
        now: at,
        random,
        exchanges: Vec::new(),
    };
    Recorded { id, at, asked: Asked::Receive(request), context, effects: Vec::new() }
}
