//! Processes provider webhooks: request → authenticity → `receive` → events → response.

use cordboard_core::api_error::ApiError;
use cordboard_core::inbound;
use cordboard_core::text::short;
use cordboard_core::types::provider;
use cordboard_core::webhook::{self, Verdict};

use crate::config::{Accounts, Connection, public_url};
use crate::events;
use crate::execute::execute;
use crate::inbound_requests::InboundRequest;
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

/// Answers a provider's request at `/in/{ingest-key}/{route}`.
///
/// # Errors
/// Returns an error if the address is unknown, the request is not authentic or malformed, or the store fails.
pub async fn answer(request: &Inbound, ingest_key: &str, route: &str) -> Result<Reply, ApiError> {
    let accounts = Accounts::read().await?;
    let (id, config) = accounts.ingest(ingest_key)?.ok_or(ApiError::NotFound("address"))?;
    let connection = Connection::read(id, config, provider::describe()).await?;
    request.set_plug(&connection.description);
    request.set_subject(connection.to_string());
    let seen = request.incoming(&public_url().await?, |incoming| {
        let (routes, accept) = (&connection.description.routes, connection.accept_signatures.as_deref());
        let admitted = inbound::admit(routes, route, incoming, &connection.settings, accept, request.received_at)?;
        Ok::<_, ApiError>(admitted.for_plug(incoming, request.query(), request.received_at))
    })?;
    let store = Store::open().await?;
    // Store it before calling the plug: a trap terminates the whole component.
    let stored = InboundRequest::begin(&store, &connection, &seen).await?;
    let read = match execute(&connection, &store, |context| provider::receive(context, &seen)).await {
        Ok(result) => webhook::read(result, &connection.settings),
        Err(ApiError::PlugFailed(why)) => Err((Verdict::DeadLettered, short(&why))),
        Err(error) => return Err(error),
    };
    let (verdict, why) = match read {
        Ok((response, events)) => {
            events::store_all(&store, &stored, events).await?;
            stored.delete(&store).await?;
            return Ok(response);
        }
        Err(unprocessed) => unprocessed,
    };
    stored.set_verdict(verdict.word(), &why)?;
    if verdict == Verdict::Malformed {
        return Err(ApiError::Malformed(why));
    }
    // A request that the plug cannot process stays stored for a later version of the plug; the 202 acknowledges it.
    request.warn(verdict.word(), &format!("webhook request stored as {}: {why}", verdict.word()));
    Ok(Reply { status: 202, headers: Vec::new(), body: String::new() })
}
