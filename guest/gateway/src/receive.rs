//! A provider tells: request → authenticity → `receive` → events → response.

use cordboard_core::refusal::Refusal;
use cordboard_core::text::line;
use cordboard_core::types::http::{Rejection, WebhookRequest};
use cordboard_core::types::meeting_event::Happening;
use cordboard_core::{inbound, rules};

use crate::deliveries::{self, Verdict};
use crate::drive::drive;
use crate::events;
use crate::owner::{Accounts, Connection, public_url};
use crate::plugs::provider::{self, Receipt};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

const MOST_DETAIL: usize = 512;

/// Answers a provider's request at `/in/{ingest-key}/{route}`.
///
/// # Errors
/// Where it is not for us, not authentic or not understood, or the store fails.
pub async fn answer(request: &Inbound, ingest_key: &str, route: &str) -> Result<Reply, Refusal> {
    let accounts = Accounts::read().await?;
    let (account, name, plugged) = accounts.ingest(ingest_key).ok_or(Refusal::Unknown("address"))?;
    let connection = Connection::read(account, name, plugged, provider::describe()).await?;
    let seen = request.incoming(&public_url().await?, |incoming| {
        let (routes, accept) = (&connection.description.routes, connection.accept_signatures.as_deref());
        let route = inbound::admit(routes, route, incoming, &connection.bound, accept, request.received_at)?;
        Ok::<_, Refusal>(request.for_plug(route))
    })?;
    let store = Store::open().await?;
    // Before the plug has it: one that traps takes its whole component along.
    let id = deliveries::keep(&store, &connection, &seen, Verdict::Unread, "").await?;
    let end = drive(&connection, &store, |context| provider::receive(context, &seen)).await;
    match end {
        Ok(Ok(receipt)) => {
            match checked(&receipt).and_then(|()| Reply::of_plug(&receipt.response, &connection.bound)) {
                Ok(reply) => {
                    events::keep(&store, &connection, &seen, &id, receipt.events).await?;
                    deliveries::forget(&store, &id).await?;
                    Ok(reply)
                }
                Err(refusal) => for_later(&store, &connection, &seen, &refusal.detail()).await,
            }
        }
        Ok(Err(Rejection::Malformed(why))) => {
            let why = line(&why, MOST_DETAIL);
            deliveries::keep(&store, &connection, &seen, Verdict::Malformed, &why).await?;
            Err(Refusal::Malformed(why))
        }
        Ok(Err(Rejection::Unsupported(what))) => {
            deliveries::keep(&store, &connection, &seen, Verdict::Unsupported, &line(&what, MOST_DETAIL)).await?;
            Ok(Reply::empty(202))
        }
        Err(Refusal::Broken(why)) => for_later(&store, &connection, &seen, &why).await,
        Err(refusal) => Err(refusal),
    }
}

/// What its plug cannot read is kept, and its sender told so.
async fn for_later(store: &Store, connection: &Connection, seen: &WebhookRequest, why: &str) -> Result<Reply, Refusal> {
    deliveries::keep(store, connection, seen, Verdict::Quarantined, &line(why, MOST_DETAIL)).await?;
    Ok(Reply::empty(202))
}

fn checked(receipt: &Receipt) -> Result<(), Refusal> {
    let ids = receipt.events.iter().flat_map(|event| {
        let original = if let Happening::Alias(original) = &event.happening { Some(original.as_str()) } else { None };
        event.conference.as_ref().map(|conference| conference.id.as_str()).into_iter().chain(original)
    });
    rules::events(receipt.events.len(), ids).map_err(Refusal::Broken)
}
