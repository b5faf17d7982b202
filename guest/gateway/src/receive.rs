//! A provider tells: request → authenticity → `receive` → events → response.

use cordboard_core::refusal::Refusal;
use cordboard_core::text::short;
use cordboard_core::types::http::Rejection;
use cordboard_core::types::meeting_event::MeetingEvent;
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
    let (account, name, plugged) = accounts.ingest(ingest_key)?.ok_or(Refusal::Unknown("address"))?;
    let connection = Connection::read(account, name, plugged, provider::describe()).await?;
    request.is_for(&connection.description);
    request.is_of(connection.to_string());
    let seen = request.incoming(&public_url().await?, |incoming| {
        let (routes, accept) = (&connection.description.routes, connection.accept_signatures.as_deref());
        let route = inbound::admit(routes, route, incoming, &connection.bound, accept, request.received_at)?.route;
        Ok::<_, Refusal>(request.for_plug(route))
    })?;
    let store = Store::open().await?;
    // Before the plug has it: one that traps takes its whole component along.
    let delivery = Delivery::begin(&store, &connection, &seen).await?;
    let read = match drive(&connection, &store, |context| provider::receive(context, &seen)).await {
        Ok(Ok(receipt)) => checked(receipt, &connection).map(Ok),
        Ok(Err(rejection)) => Ok(Err(rejection)),
        Err(refusal) => Err(refusal),
    };
    let (verdict, why) = match read {
        Ok(Ok((reply, events))) => {
            events::keep(&store, &delivery, events).await?;
            delivery.forget(&store).await?;
            return Ok(reply);
        }
        Ok(Err(Rejection::Malformed(why))) => (Verdict::Malformed, short(&why)),
        Ok(Err(Rejection::Unsupported(what))) => (Verdict::Unsupported, short(&what)),
        Err(Refusal::Broken(why)) => (Verdict::Quarantined, short(&why)),
        Err(refusal) => return Err(refusal),
    };
    delivery.keep(verdict, &why)?;
    if verdict == Verdict::Malformed {
        return Err(Refusal::Malformed(why));
    }
    // What its plug cannot read is kept for a better one, and its sender told so.
    request.say(verdict.word(), &format!("a delivery is kept ({}): {why}", verdict.word()));
    Ok(Reply::empty(202))
}

fn checked(receipt: Receipt, connection: &Connection) -> Result<(Reply, Vec<MeetingEvent>), Refusal> {
    rules::events(&receipt.events).map_err(Refusal::Broken)?;
    Ok((Reply::of_plug(&receipt.response, &connection.bound)?, receipt.events))
}
