//! A provider tells: request → authenticity → `receive` → events → one commit → response.

use std::sync::Arc;

use bytes::Bytes;
use cordboard_core::hex;
use cordboard_core::recipe::security_headers;
use sha2::{Digest, Sha256};

use crate::contract::http::{Rejection, WebhookRequest};
use crate::contract::meeting_event::{Happening, MeetingEvent};
use crate::contract::provider::Receipt;
use crate::plug::{CallError, Role, rules};
use crate::store::{Change, Delivery, Journal, NewEvent, OperationKind, Verdict};
use crate::world::Connection;

use super::authenticity::admit;
use super::delivery::short;
use super::drive::{End, Run, Stop};
use super::id::random_id;
use super::operation::{self, json};
use super::respond::{Reply, reply};
use super::switchboard::Switchboard;
use super::{Inbound, Refusal, delivery, heard};

/// For how long raw bytes stand for the fact that they tell, where their sender gives nothing else to go by.
const TWINS_WITHIN_MS: u64 = 10 * 60 * 1000;

/// What a sender is told whose delivery is kept, and what became of that.
type Taken = (Reply, Verdict);

/// Answers a provider's request at `/in/{ingest-key}/{route}`.
pub async fn receive(board: &Arc<Switchboard>, ingest_key: &str, request: Inbound) -> Reply {
    let world = board.world();
    let answer = match world.ingest(ingest_key) {
        Some(connection) => answer(board, connection, &request).await,
        None => Err(Refusal::Unknown("address")),
    };
    match answer {
        Ok((reply, Verdict::Accepted)) => {
            board.counters.answered("provider");
            reply
        }
        Ok((reply, verdict)) => {
            heard::unread(board, &request.route, verdict);
            reply
        }
        Err(refusal) => {
            heard::refused(board, "provider", &request.route, &refusal);
            refusal.reply()
        }
    }
}

async fn answer(board: &Arc<Switchboard>, connection: &Arc<Connection>, request: &Inbound) -> Result<Taken, Refusal> {
    if connection.generation.plug.role() != Role::Provider {
        return Err(Refusal::Unknown("route"));
    }
    let route = admit(&connection.generation, request)?;
    let seen = request.for_plug(&route.headers, &security_headers(route));
    let share = board.deliveries.take(connection.id.account);
    let share = share.ok_or_else(|| Refusal::Ours("as many deliveries are read as may be".to_owned()))?;
    let (board, connection) = (Arc::clone(board), Arc::clone(connection));
    // On its own, so that a sender that hangs up does not cut it off between an effect and the commit.
    let taken = tokio::spawn(async move {
        let _share = share;
        read(&board, &connection, random_id()?, seen).await
    });
    taken.await.map_err(|_| Refusal::Ours("the delivery's reading broke off".to_owned()))?
}

/// Goes on with a delivery that a crash interrupted.
pub(super) async fn resume(board: &Switchboard, connection: &Connection, journal: Journal) -> Result<Taken, Refusal> {
    let seen: WebhookRequest = operation::read(&journal.operation.input)?;
    let run = Run::resume(board, &connection.generation, journal).await?;
    digest(board, connection, run, random_id()?, &seen).await
}

/// Reads a kept delivery anew, with the plug that is there now.
pub(super) async fn again(board: &Switchboard, connection: &Connection, kept: Delivery) -> Result<Taken, Refusal> {
    let (id, seen) = delivery::again(kept);
    read(board, connection, id, seen).await
}

async fn read(
    board: &Switchboard,
    connection: &Connection,
    id: String,
    seen: WebhookRequest,
) -> Result<Taken, Refusal> {
    let seen = Arc::new(seen);
    let input = {
        let seen = Arc::clone(&seen);
        Box::new(move || json(&*seen))
    };
    let run = Run::begin(
        board,
        &connection.generation,
        operation::begin(OperationKind::Receive, None, connection, None)?,
        input,
    )
    .await?;
    digest(board, connection, run, id, &seen).await
}

async fn digest(
    board: &Switchboard,
    connection: &Connection,
    mut run: Run<'_>,
    id: String,
    seen: &WebhookRequest,
) -> Result<Taken, Refusal> {
    let end = run.drive(|plug, context| Ok(plug.receive(context, seen)?.map_err(Stop::from))).await?;
    let bound = &connection.generation.bound;
    let taken = match end {
        End::Done(receipt) => checked(receipt, |response| reply(response, bound))
            .map_err(|error| (Verdict::Quarantined, error.to_string())),
        End::Failed(Rejection::Malformed(why)) => Err((Verdict::Malformed, short(&why))),
        End::Failed(Rejection::Unsupported(what)) => Err((Verdict::Unsupported, short(&what))),
        End::Broken(error @ CallError::Busy) => return Err(error.into()),
        End::Broken(error) => Err((Verdict::Quarantined, error.to_string())),
    };
    let plug = connection.generation.plug.digest();
    let keep =
        |verdict, detail| Change::Keep(delivery::kept(id.clone(), connection.id.clone(), plug, seen, verdict, detail));
    let (changes, answer) = match taken {
        Ok((reply, events)) => {
            let mut changes = vec![keep(Verdict::Accepted, String::new())];
            changes.extend(events_of(&id, connection, seen, events));
            (changes, Ok((reply, Verdict::Accepted)))
        }
        Err((verdict, detail)) => {
            if verdict == Verdict::Quarantined {
                tracing::error!(connection = %connection.id, plug = run.plug(), delivery = id, "{detail}");
            }
            let answer = match verdict {
                Verdict::Malformed => Err(Refusal::Malformed(detail.clone())),
                _ => Ok((accepted_for_later(), verdict)),
            };
            (vec![keep(verdict, detail)], answer)
        }
    };
    let committed = if run.had_effects() {
        run.end(String::new(), answer.is_ok(), None, changes).await?
    } else {
        board.store.commit(changes).await?
    };
    board.counters.events(committed);
    answer
}

fn accepted_for_later() -> Reply {
    Reply { status: 202, headers: Vec::new(), body: Bytes::new(), operation: None }
}

fn checked(
    receipt: Receipt,
    reply: impl FnOnce(crate::contract::http::WebhookResponse) -> Result<Reply, CallError>,
) -> Result<(Reply, Vec<MeetingEvent>), CallError> {
    rules::events(&receipt.events).map_err(CallError::ContractBroken)?;
    Ok((reply(receipt.response)?, receipt.events))
}

fn events_of(id: &str, connection: &Connection, seen: &WebhookRequest, events: Vec<MeetingEvent>) -> Vec<Change> {
    let raw = hex(&Sha256::digest(&seen.body));
    let mut changes = Vec::with_capacity(events.len());
    for (index, event) in events.into_iter().enumerate() {
        if let (Happening::Alias(original), Some(conference)) = (&event.happening, &event.conference) {
            changes.push(Change::Alias {
                connection: connection.id.clone(),
                provider_id: conference.id.clone(),
                original: original.clone(),
            });
        }
        let given = event.dedupe_key.clone().filter(|key| !key.is_empty() && key.len() <= rules::MAX_DEDUPE_KEY);
        let dedupe_within = if given.is_some() { None } else { Some(TWINS_WITHIN_MS) };
        changes.push(Change::Append(NewEvent {
            delivery: id.to_owned(),
            connection: connection.id.clone(),
            route: seen.route.clone(),
            dedupe_key: given.unwrap_or_else(|| format!("sha256:{raw}#{index}")),
            dedupe_within,
            event,
            received_at: seen.received_at,
        }));
    }
    changes
}
