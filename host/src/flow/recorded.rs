//! What a connection's plug was asked, as it was kept: to be put to other plugs.

use sha2::{Digest, Sha256};

use crate::contract::effect::Context;
use crate::store::{ConnectionId, InboundRequest, Journal, JournaledEffect, StoreError};

use super::inbound_request;
use super::invocation::Invocation;
use super::operation::read;
use super::state::BridgeState;

/// An operation that can be put to a plug again.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The operation, or the delivery.
    pub id: String,
    /// When, in epoch milliseconds.
    pub at: u64,
    /// What was asked.
    pub invocation: Invocation,
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
    state: &BridgeState,
    connection: &ConnectionId,
    last: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let operations = state.store.recorded(connection, last).await?.into_iter().filter_map(of_operation);
    let inbound_requests = state.store.inbound_requests(connection, last).await?.into_iter().map(of_inbound_request);
    let mut all: Vec<_> = operations.chain(inbound_requests).collect();
    all.sort_by_key(|recorded| std::cmp::Reverse(recorded.at));
    all.truncate(last);
    Ok(all)
}

/// None for one that an earlier version wrote otherwise.
fn of_operation(journal: Journal) -> Option<Recorded> {
    let Journal { operation, exchanges } = journal;
    let invocation: Invocation = read(&operation.input).ok()?;
    let mut context: Context = read(&operation.context).ok()?;
    let mut effects = Vec::with_capacity(exchanges.len());
    for exchanged in exchanges {
        let Some(exchange) = exchanged.exchange else { break };
        effects.push(exchanged.effect);
        context.exchanges.push(exchange);
    }
    Some(Recorded { id: operation.id, at: operation.started_at, invocation, context, effects })
}

/// A delivery as its plug saw it. What was random then is not kept; for every plug it is the same.
fn of_inbound_request(stored: InboundRequest) -> Recorded {
    let at = stored.received_at;
    let (id, request) = inbound_request::to_webhook_request(stored);
    let random = Sha256::digest(id.as_bytes()).iter().take(16).copied().collect();
    let context = Context {
        settings: Vec::new(),
        secrets: Vec::new(),
        state: Vec::new(),
        now: at,
        random,
        exchanges: Vec::new(),
    };
    Recorded { id, at, invocation: Invocation::Receive(request), context, effects: Vec::new() }
}
