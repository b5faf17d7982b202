//! Recorded operations of a connection, for replay with other plugs.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::flow::inbound_request;
use crate::flow::operation::{Invocation, read};
use crate::topology::ResolvedSettings;
use cordboard_runtime::contract::effect::Context;
use cordboard_store::{ConnectionId, InboundRequest, Journal, JournaledEffect, Store, StoreError};

/// A recorded operation that can be replayed.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The id of the operation or webhook request.
    pub id: String,
    /// When it started, in epoch milliseconds.
    pub at: u64,
    /// The invocation of the plug.
    pub invocation: Arc<Invocation>,
    /// The context, including the results of the effects.
    pub context: Context,
    /// The effects that the plug returned, in order.
    pub effects: Vec<JournaledEffect>,
}

/// Returns at most `last` operations and webhook requests of a connection that can be replayed, newest first.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn recorded(store: &dyn Store, connection: &ConnectionId, last: usize) -> Result<Vec<Recorded>, StoreError> {
    let operations = store.recorded(connection, last).await?.into_iter().filter_map(of_operation);
    let inbound_requests = store.inbound_requests(connection, last).await?.into_iter().map(of_inbound_request);
    let mut all: Vec<_> = operations.chain(inbound_requests).collect();
    all.sort_by_key(|recorded| std::cmp::Reverse(recorded.at));
    all.truncate(last);
    Ok(all)
}

/// Returns `None` if an earlier version wrote the record in another format.
fn of_operation(journal: Journal) -> Option<Recorded> {
    let Journal { operation, exchanges } = journal;
    let invocation = Arc::new(read(&operation.input).ok()?);
    let mut context: Context = read(&operation.context).ok()?;
    let mut effects = Vec::with_capacity(exchanges.len());
    for exchanged in exchanges {
        let Some(exchange) = exchanged.exchange else { break };
        effects.push(exchanged.effect);
        context.exchanges.push(exchange);
    }
    Some(Recorded { id: operation.id, at: operation.started_at, invocation, context, effects })
}

/// Returns a webhook request as its plug saw it. Its random bytes were not stored, so they are derived from its id and
/// equal for every plug.
fn of_inbound_request(stored: InboundRequest) -> Recorded {
    let at = stored.received_at;
    let (id, request) = inbound_request::to_webhook_request(stored);
    let random = Sha256::digest(id.as_bytes()).iter().take(16).copied().collect();
    let context = ResolvedSettings::default().context(Vec::new(), at, random);
    Recorded { id, at, invocation: Arc::new(Invocation::Receive(request)), context, effects: Vec::new() }
}
