//! A provider tells: request → authenticity → `receive` → events → one commit → response.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use cordboard_core::event::dedupe_key;
use cordboard_core::hex;
use cordboard_core::signature_scheme::security_headers;
use cordboard_core::text::short;
use sha2::{Digest, Sha256};

use crate::contract::http::{Rejection, WebhookRequest};
use crate::contract::meeting_event::{EventData, MeetingEvent};
use crate::contract::provider::Receipt;
use crate::plug::{CallError, Role, rules};
use crate::store::{Change, Delivery, Journal, NewEvent, OperationKind, Verdict};
use crate::world::{Connection, Generation, World};

use super::api_error::no_randomness;
use super::asked::Asked;
use super::authenticity::{admit, admit_head};
use super::drive::{End, Run, Stop};
use super::id::random_id;
use super::operation;
use super::request::Head;
use super::respond::{Reply, reply};
use super::switchboard::{Purpose, Switchboard};
use super::{ApiError, Inbound, delivery, heard};

/// A delivery that is kept.
pub(super) struct Taken {
    /// What its sender is told.
    reply: Reply,
    /// What became of it.
    verdict: Verdict,
    /// Its id.
    id: String,
}

/// A connection that a request is for, whose head was found right; and the world in which that holds.
pub struct ForConnection {
    world: Arc<World>,
    connection: Arc<Connection>,
}

impl ForConnection {
    /// The account whose connection it is.
    pub fn account(&self) -> u64 {
        self.connection.id.account
    }
}

/// Checks the head of a provider's request at `/in/{ingest-key}/{route}`.
///
/// # Errors
/// Where its body is not worth reading.
pub fn for_connection(
    board: &Switchboard,
    ingest_key: &str,
    head: &Head,
    body_limit: usize,
) -> Result<ForConnection, ApiError> {
    let world = board.world();
    let connection = Arc::clone(world.ingest(ingest_key).ok_or(ApiError::NotFound("address"))?);
    // Which generation serves depends on the body: it is read where any of them may take it.
    let refused = match admissible(&connection.generation, head, body_limit) {
        Ok(()) => None,
        Err(error) => match &connection.trial {
            Some(trial) if admissible(&trial.generation, head, body_limit).is_ok() => None,
            _ => Some(error),
        },
    };
    match refused {
        None => Ok(ForConnection { world, connection }),
        Some(error) => Err(error),
    }
}

fn admissible(generation: &Generation, head: &Head, body_limit: usize) -> Result<(), ApiError> {
    if generation.plug.role() != Role::Provider {
        return Err(ApiError::NotFound("route"));
    }
    admit_head(generation, head, body_limit)
}

/// Answers a provider's request whose head was found right.
pub async fn receive(board: &Arc<Switchboard>, to: &ForConnection, request: Inbound) -> Reply {
    let meter = to.world.meter(to.account());
    match meter.polls().limit(answer(board, &to.world, &to.connection, &request)).await {
        Ok(Taken { reply, verdict: Verdict::Accepted, .. }) => {
            board.counters.answered("provider");
            reply
        }
        Ok(Taken { reply, verdict, id }) => {
            heard::unread(board, &request.head.route, verdict, &id);
            reply
        }
        Err(error) => {
            heard::refused(board, "provider", &request.head.route, &error);
            // Its body need not wait.
            drop(request);
            board.hold_back(&error).await;
            Reply::from(&error)
        }
    }
}

async fn answer(
    board: &Arc<Switchboard>,
    world: &World,
    connection: &Arc<Connection>,
    request: &Inbound,
) -> Result<Taken, ApiError> {
    let until = Instant::now() + board.limits.answer_within;
    // The same bytes come to the same generation; of which conference they tell, only its plug can say.
    let generation = Arc::clone(connection.serving_by(|| hex(&Sha256::digest(&request.body))));
    if generation.plug.role() != Role::Provider {
        return Err(ApiError::NotFound("route"));
    }
    let route = admit(&generation, request)?.route;
    let seen = request.for_plug(route, &security_headers(route));
    let sender = board.admit(world, connection.id.account, request.body.len(), Purpose::New)?;
    let share = Arc::clone(&board.deliveries).try_acquire_owned();
    let share = share.map_err(|_| ApiError::Unavailable("too many webhook requests are in progress".to_owned()))?;
    // The body counts among those in flight for as long as a copy of it is at work.
    let body = request.body.clone();
    let (board, connection) = (Arc::clone(board), Arc::clone(connection));
    // On its own, so that neither a sender that hangs up nor the deadline cuts it off between an effect and the commit.
    let polls = world.meter(connection.id.account).polls().clone();
    let taken = tokio::spawn(polls.limit(async move {
        let _under_way = (sender, share, body);
        let id = random_id().map_err(no_randomness)?;
        read(&board, &connection, &generation, id, seen).await
    }));
    // It is not acknowledged, so its sender repeats it: what the first one commits later, the repeat finds as a duplicate.
    let taken = tokio::time::timeout_at(until.into(), taken).await;
    let taken = taken.map_err(|_| ApiError::Unavailable("the delivery is not processed yet".to_owned()))?;
    taken.map_err(|_| ApiError::Unavailable("processing of the webhook request was interrupted".to_owned()))?
}

/// Goes on with a delivery that a crash interrupted.
pub(super) async fn resume(
    board: &Switchboard,
    connection: &Connection,
    generation: &Arc<Generation>,
    journal: Journal,
) -> Result<Taken, ApiError> {
    let run = Run::resume(board, connection, generation, journal).await?;
    digest(board, connection, run, random_id().map_err(no_randomness)?).await
}

/// Reads a kept delivery anew, with the plug that is there now.
pub(super) async fn again(board: &Switchboard, connection: &Connection, kept: Delivery) -> Result<Taken, ApiError> {
    let (id, seen) = delivery::again(kept);
    read(board, connection, &connection.generation, id, seen).await
}

async fn read(
    board: &Switchboard,
    connection: &Connection,
    generation: &Arc<Generation>,
    id: String,
    seen: WebhookRequest,
) -> Result<Taken, ApiError> {
    let operation = operation::begin(OperationKind::Receive, None, connection, generation, None)?;
    let run = Run::begin(board, connection, generation, operation, Asked::Receive(seen)).await?;
    digest(board, connection, run, id).await
}

async fn digest(board: &Switchboard, connection: &Connection, mut run: Run<'_>, id: String) -> Result<Taken, ApiError> {
    let what = run.what();
    let Asked::Receive(seen) = &*what else {
        return Err(ApiError::Unavailable("processing of the webhook request was interrupted".to_owned()));
    };
    let end = run.drive(|plug, context| Ok(plug.receive(context, seen)?.map_err(Stop::from))).await?;
    let generation = Arc::clone(run.generation());
    let settings = &generation.settings;
    let taken = match end {
        End::Done(receipt) => checked(receipt, |response| reply(response, settings))
            .map_err(|error| (Verdict::Quarantined, error.to_string())),
        End::Failed(Rejection::Malformed(why)) => Err((Verdict::Malformed, short(&why))),
        End::Failed(Rejection::Unsupported(what)) => Err((Verdict::Unsupported, short(&what))),
        End::Broken(error) if error.is_passing() => return Err(error.into()),
        End::Broken(error) => Err((Verdict::Quarantined, error.to_string())),
    };
    let plug = generation.plug.digest();
    let keep =
        |verdict, detail| Change::Keep(delivery::kept(id.clone(), connection.id.clone(), plug, seen, verdict, detail));
    let (changes, answer) = match taken {
        Ok((reply, events)) => {
            let mut changes = vec![keep(Verdict::Accepted, String::new())];
            changes.extend(events_of(&id, connection, seen, events));
            (changes, Ok((reply, Verdict::Accepted)))
        }
        Err((verdict, detail)) => {
            if verdict == Verdict::Quarantined
                && let Some(suppressed) = run.log_broken()
            {
                tracing::error!(connection = %connection.id, plug = run.plug(), delivery = id, suppressed, "{detail}");
            }
            let answer = match verdict {
                Verdict::Malformed => Err(ApiError::Malformed(detail.clone())),
                _ => Ok((accepted_for_later(), verdict)),
            };
            (vec![keep(verdict, detail)], answer)
        }
    };
    let committed = if run.had_effects() {
        run.end(String::new(), answer.is_ok(), None, changes).await?
    } else {
        run.charge(&changes);
        board.store.commit_for(connection.id.account, changes).await?
    };
    board.counters.events(committed);
    answer.map(|(reply, verdict)| Taken { reply, verdict, id })
}

fn accepted_for_later() -> Reply {
    Reply { status: 202, headers: Vec::new(), body: Bytes::new(), answer: None }
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
        if let (EventData::Alias(original), Some(conference)) = (&event.data, &event.conference) {
            changes.push(Change::Alias {
                connection: connection.id.clone(),
                provider_id: conference.id.clone(),
                original: original.clone(),
            });
        }
        let (dedupe_key, dedupe_within) = dedupe_key(event.dedupe_key.as_deref(), &raw, index);
        changes.push(Change::Append(NewEvent {
            delivery: id.to_owned(),
            connection: connection.id.clone(),
            route: seen.route.clone(),
            dedupe_key,
            dedupe_within,
            event,
            received_at: seen.received_at,
        }));
    }
    changes
}
