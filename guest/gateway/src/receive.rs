//! A provider tells: request → authenticity → `receive` → events → response.

use cordboard_core::refusal::Refusal;
use cordboard_core::text::short;
use cordboard_core::types::http::Rejection;
use cordboard_core::{inbound, rules};

use crate::deliveries::{Delivery, Verdict};
use crate::drive::drive;
use crate::events;
use crate::owner::{Accounts, Connection, public_url};
use crate::plugs::provider::{self, Receipt};
use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::spin::store::Store;

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
    let delivery = Delivery::new(&connection, &seen);
    // Before the plug has it: one that traps takes its whole component along.
    delivery.keep(&store, Verdict::Unread, "").await?;
    match drive(&connection, &store, |context| provider::receive(context, &seen)).await {
        Ok(Ok(receipt)) => match checked(&receipt, &connection) {
            Ok(reply) => {
                events::keep(&store, &delivery, receipt.events).await?;
                delivery.forget(&store).await?;
                Ok(reply)
            }
            Err(refusal) => for_later(&store, &delivery, Verdict::Quarantined, &refusal.detail()).await,
        },
        Ok(Err(Rejection::Malformed(why))) => {
            let why = short(&why);
            delivery.keep(&store, Verdict::Malformed, &why).await?;
            Err(Refusal::Malformed(why))
        }
        Ok(Err(Rejection::Unsupported(what))) => for_later(&store, &delivery, Verdict::Unsupported, &what).await,
        Err(Refusal::Broken(why)) => for_later(&store, &delivery, Verdict::Quarantined, &why).await,
        Err(refusal) => Err(refusal),
    }
}

fn checked(receipt: &Receipt, connection: &Connection) -> Result<Reply, Refusal> {
    rules::events(&receipt.events).map_err(Refusal::Broken)?;
    Reply::of_plug(&receipt.response, &connection.bound)
}

/// What its plug cannot read is kept, and its sender told so.
async fn for_later(store: &Store, delivery: &Delivery<'_>, verdict: Verdict, why: &str) -> Result<Reply, Refusal> {
    delivery.keep(store, verdict, &short(why)).await?;
    Ok(Reply::empty(202))
}
