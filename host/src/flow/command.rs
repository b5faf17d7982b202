//! The CRM asks: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response.

use std::sync::Arc;
use std::time::Instant;

use cordboard_core::inbound::Admitted;
use cordboard_core::signature_scheme::security_headers;
use cordboard_core::text::short;

use crate::contract::crm::Command;
use crate::contract::http::{Rejection, WebhookRequest};
use crate::plug::{CallError, Plug, rules};
use crate::store::{Change, ConnectionId, Verdict};
use crate::world::{self, Account, App, World};

use super::api_error::no_randomness;
use super::authenticity::{admit, admit_head};
use super::id::random_id;
use super::landed::Landed;
use super::operation::context;
use super::repeat::SignedRequest;
use super::request::Head;
use super::respond::{Reply, reply};
use super::switchboard::{Purpose, Switchboard};
use super::{ApiError, Inbound, create, delete, delivery, heard, numbers, update, user};

/// An app that a request is for, whose head was found right; and the world in which that holds.
pub struct ForApp {
    world: Arc<World>,
    app: App,
}

/// Checks the head of a request of the CRM at `/{plug}/{app}/{route}`.
///
/// # Errors
/// Where its body is not worth reading.
pub fn for_app(board: &Switchboard, plug: &str, app: &str, head: &Head, body_limit: usize) -> Result<ForApp, ApiError> {
    let world = board.world();
    let app = world.app(plug, app).ok_or(ApiError::NotFound("app"))?.clone();
    admit_head(&app.generation, head, body_limit)?;
    Ok(ForApp { world, app })
}

/// Answers a request of the CRM whose head was found right.
pub async fn command(board: &Arc<Switchboard>, to: &ForApp, request: Inbound) -> Reply {
    match answer(board, &to.world, &to.app, &request).await {
        Ok(reply) => reply,
        Err(error) => {
            heard::refused(board, "crm", &request.head.route, &error);
            // Its body need not wait.
            drop(request);
            board.hold_back(&error).await;
            Reply::from(&error)
        }
    }
}

async fn answer(board: &Arc<Switchboard>, world: &World, app: &App, request: &Inbound) -> Result<Reply, ApiError> {
    let Admitted { route, sender } = admit(&app.generation, request)?;
    let security_headers = security_headers(route);
    let seen = request.for_plug(route, &security_headers);
    // While it reads or writes a CRM's plug can ask for nothing, so there is no memory in it.
    let context = context(&app.generation, Vec::new(), request.head.received_at)?;
    let until = Instant::now() + board.limits.answer_within;
    let decoded = called(board, app, until, |plug| plug.decode(&context, &seen)).await;
    let command = match decoded {
        Ok(Ok(command)) => match bounded(&command) {
            Ok(()) => command,
            Err(error) => return Err(in_time(until, undecodable(board, app, seen, error)).await),
        },
        Ok(Err(rejection)) => return Err(in_time(until, rejected(board, app, seen, rejection)).await),
        Err(error) => return Err(in_time(until, undecodable(board, app, seen, error)).await),
    };
    let request_of = SignedRequest {
        digest: request.digest(&security_headers),
        covers_time: sender.covers_time(),
        received_at: request.head.received_at,
    };
    let body = request.body.len();
    let landed = tokio::time::timeout_at(until.into(), run(board, world, app, command, request_of, body)).await;
    // What is under way goes on: a repeat of the request will find its result.
    let landed = landed.map_err(|_| ApiError::Unavailable("the provider has not answered yet".to_owned()))??;
    heard::landed(board, &request.head.route, &landed.outcome);
    let until = until + board.limits.answer_within;
    let encoded = called(board, app, until, |plug| plug.encode(&context, &landed.outcome)).await;
    let response = encoded.map_err(|error| {
        tracing::error!(app = app.id, plug = app.generation.plug.digest(), "{error}");
        ApiError::from(error)
    })?;
    let reply = reply(response, &app.generation.settings)?;
    Ok(Reply { answer: landed.answer, ..reply })
}

/// Calls the CRM's plug. It serves all accounts of the app, so that it is none of them whose turns are taken.
async fn called<T: Send>(
    board: &Switchboard,
    app: &App,
    until: Instant,
    call: impl FnOnce(&Plug) -> Result<T, CallError> + Send,
) -> Result<T, CallError> {
    let generation = &app.generation;
    let turn = board.crm_lane.turn(generation.takes_turns(), until).await.ok_or(CallError::Busy)?;
    generation.pace.run(turn, || call(&generation.plug))
}

async fn run(
    board: &Arc<Switchboard>,
    world: &World,
    app: &App,
    command: Command,
    request: SignedRequest,
    body: usize,
) -> Result<Landed, ApiError> {
    let admitted = |id: u64| admitted(board, world, app, id, body);
    match command {
        Command::Create(meeting) => {
            let (account, asker) = admitted(meeting.account_id)?;
            create::create(board, app.id, account, asker, meeting, request).await
        }
        Command::Update(change) => {
            account(world, app, change.meeting.account_id)?;
            update::update(board, world, app.id, change, body).await
        }
        Command::Delete(conference) => delete::delete(board, world, app.id, conference, body).await,
        Command::VerifyUser(query) => {
            let (account, asker) = admitted(query.account_id)?;
            user::verify(board, app.id, account, asker, query).await
        }
        Command::PhoneNumbers(query) if query.app_id != app.id => Err(ApiError::NotFound("app")),
        Command::PhoneNumbers(query) => {
            let (account, asker) = admitted(query.account_id)?;
            numbers::numbers(board, app.id, account, asker, query).await
        }
    }
}

fn bounded(command: &Command) -> Result<(), CallError> {
    let bounded = match command {
        Command::Create(meeting) => rules::meeting(meeting),
        Command::Update(change) => rules::meeting(&change.meeting).and_then(|()| rules::text(&change.conference_id)),
        Command::Delete(conference) => rules::text(conference),
        Command::VerifyUser(query) => rules::text(&query.email),
        Command::PhoneNumbers(_) => Ok(()),
    };
    bounded.map_err(CallError::ContractBroken)
}

fn account<'a>(world: &'a World, app: &App, id: u64) -> Result<&'a Account, ApiError> {
    world.account(app.id, id).ok_or(ApiError::NotFound("account"))
}

/// The account that a request names, and the request counted among its others.
fn admitted<'a>(
    board: &Switchboard,
    world: &'a World,
    app: &App,
    id: u64,
    body: usize,
) -> Result<(&'a Account, world::Admitted), ApiError> {
    let account = account(world, app, id)?;
    Ok((account, board.admit(world, id, body, Purpose::New)?))
}

/// Why a request is refused, or that this was not stored in time.
async fn in_time(until: Instant, error: impl Future<Output = ApiError>) -> ApiError {
    let late = || ApiError::Unavailable("the store has not answered yet".to_owned());
    tokio::time::timeout_at(until.into(), error).await.unwrap_or_else(|_| late())
}

async fn rejected(board: &Switchboard, app: &App, request: WebhookRequest, rejection: Rejection) -> ApiError {
    let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
    let why = short(&why);
    match keep(board, app, request, Verdict::Malformed, why.clone()).await {
        Ok(()) => ApiError::Malformed(why),
        Err(error) => error,
    }
}

async fn undecodable(board: &Switchboard, app: &App, request: WebhookRequest, error: CallError) -> ApiError {
    tracing::error!(app = app.id, plug = app.generation.plug.digest(), "{error}");
    if error.is_passing() {
        return ApiError::from(error);
    }
    match keep(board, app, request, Verdict::Quarantined, error.to_string()).await {
        Ok(()) => ApiError::from(error),
        Err(error) => error,
    }
}

async fn keep(
    board: &Switchboard,
    app: &App,
    request: WebhookRequest,
    verdict: Verdict,
    detail: String,
) -> Result<(), ApiError> {
    let (id, plug) = (random_id().map_err(no_randomness)?, app.generation.plug.digest());
    let delivery = delivery::kept(id, ConnectionId::of_app(app.id), plug, &request, verdict, detail);
    board.store.commit(vec![Change::Keep(delivery)]).await?;
    Ok(())
}
