//! The CRM flow: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response.

use std::sync::Arc;
use std::time::Instant;

use cordboard_core::SignedRequest;
use cordboard_core::command::check_app;
use cordboard_core::text::short;

use crate::topology::{App, Topology};
use cordboard_core::{inbound, rules};
use cordboard_runtime::contract::crm::Command;
use cordboard_runtime::contract::http::{Rejection, WebhookRequest};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::{Change, OwnerId, Verdict};

use super::api_error::no_randomness;
use super::authenticity::{admit, admit_head};
use super::command_result::CommandResult;
use super::id::random_id;
use super::operation::context;
use super::plug_command::Caller;
use super::request::Head;
use super::respond::Reply;
use super::state::BridgeState;
use super::{ApiError, RawRequest, create, delete, inbound_request, numbers, report, update, user};

/// The app that a request addresses, once its head was accepted, and the topology that contains it.
pub struct ForApp {
    topology: Arc<Topology>,
    app: App,
}

/// Checks the head of a CRM request to `/{plug}/{app}/{route}`.
///
/// # Errors
/// Returns an error if the head alone is reason to refuse the request, so that its body need not be read.
pub fn for_app(state: &BridgeState, plug: &str, app: &str, head: &Head, body_limit: usize) -> Result<ForApp, ApiError> {
    let topology = state.topology();
    let app = topology.app(plug, app).ok_or(ApiError::NotFound("app"))?.clone();
    admit_head(&app.generation, head, body_limit)?;
    Ok(ForApp { topology, app })
}

/// Answers a CRM request whose head was accepted by [`for_app`].
pub async fn command(state: &Arc<BridgeState>, to: &ForApp, request: RawRequest) -> Reply {
    match answer(state, &to.topology, &to.app, &request).await {
        Ok(reply) => reply,
        Err(error) => {
            report::refused(state, "crm", &request.head.route, &error);
            // Frees the body before the delay.
            drop(request);
            state.hold_back(&error).await;
            Reply::from(&error)
        }
    }
}

async fn answer(
    state: &Arc<BridgeState>,
    topology: &Topology,
    app: &App,
    request: &RawRequest,
) -> Result<Reply, ApiError> {
    let admitted = admit(&app.generation, request)?;
    let seen = request.for_plug(&admitted);
    // `decode` and `encode` return no effects, so a CRM plug has no state.
    let context = context(&app.generation, Vec::new(), request.head.received_at)?;
    let until = Instant::now() + state.limits.answer_timeout;
    let decoded = called(state, app, until, |plug| plug.decode(&context, &seen)).await;
    let command = match decoded {
        Ok(Ok(command)) => match rules::command(&command) {
            Ok(()) => command,
            Err(why) => return Err(in_time(until, undecodable(state, app, seen, CallError::ContractBroken(why))).await),
        },
        Ok(Err(rejection)) => return Err(in_time(until, rejected(state, app, seen, rejection)).await),
        Err(error) => return Err(in_time(until, undecodable(state, app, seen, error)).await),
    };
    check_app(&command, &app.id)?;
    let caller = Caller { state, topology, app: &app.id, body: request.body.len() };
    let result = tokio::time::timeout_at(until.into(), run(&caller, command, request.signed(&admitted))).await;
    // After a timeout the operation continues, and a repeat of the request finds its result.
    let result = result.map_err(|_| ApiError::Unavailable("the provider has not answered yet".to_owned()))??;
    report::completed(state, &request.head.route, &result.outcome);
    let until = until + state.limits.answer_timeout;
    let encoded = called(state, app, until, |plug| plug.encode(&context, &result.outcome)).await;
    let response = encoded.map_err(|error| {
        tracing::error!(app = %app.id, plug = app.generation.plug.digest(), %error, "plug failed to encode a response");
        ApiError::from(error)
    })?;
    let response = inbound::respond(&response, &app.generation.settings).map_err(CallError::ContractBroken)?;
    Ok(Reply { answer: result.answer, ..Reply::from(response) })
}

/// Calls the CRM plug. It serves all accounts of the app, so its slow calls do not use an account's permits.
async fn called<T: Send>(
    state: &BridgeState,
    app: &App,
    until: Instant,
    call: impl FnOnce(&Plug) -> Result<T, CallError> + Send,
) -> Result<T, CallError> {
    let generation = &app.generation;
    let permit = state.crm_slow_calls.acquire(generation.needs_permit(), until).await.ok_or(CallError::Busy)?;
    generation.slow_call_detector.run(permit, || call(&generation.plug))
}

async fn run(caller: &Caller<'_>, command: Command, request: SignedRequest) -> Result<CommandResult, ApiError> {
    match command {
        Command::Create(meeting) => create::create(caller, meeting, request).await,
        Command::Update(change) => update::update(caller, change).await,
        Command::Delete(conference) => delete::delete(caller, conference, None).await,
        Command::VerifyUser(query) => user::verify(caller, query).await,
        Command::PhoneNumbers(query) => numbers::numbers(caller, query).await,
    }
}

/// Returns the reason for a refusal once it is stored, or an error if that takes too long.
async fn in_time(until: Instant, error: impl Future<Output = ApiError>) -> ApiError {
    let late = || ApiError::Unavailable("the store has not answered yet".to_owned());
    tokio::time::timeout_at(until.into(), error).await.unwrap_or_else(|_| late())
}

async fn rejected(state: &BridgeState, app: &App, request: WebhookRequest, rejection: Rejection) -> ApiError {
    let (Rejection::Malformed(why) | Rejection::Unsupported(why)) = rejection;
    let why = short(&why);
    match store_rejected(state, app, request, Verdict::Malformed, why.clone()).await {
        Ok(()) => ApiError::Malformed(why),
        Err(error) => error,
    }
}

async fn undecodable(state: &BridgeState, app: &App, request: WebhookRequest, error: CallError) -> ApiError {
    tracing::error!(app = %app.id, plug = app.generation.plug.digest(), %error, "plug failed to decode a request");
    if error.is_transient() {
        return ApiError::from(error);
    }
    match store_rejected(state, app, request, Verdict::DeadLettered, error.to_string()).await {
        Ok(()) => ApiError::from(error),
        Err(error) => error,
    }
}

async fn store_rejected(
    state: &BridgeState,
    app: &App,
    request: WebhookRequest,
    verdict: Verdict,
    detail: String,
) -> Result<(), ApiError> {
    let (id, plug) = (random_id().map_err(no_randomness)?, app.generation.plug.digest());
    let inbound_request = inbound_request::record(id, OwnerId::App(app.id.clone()), plug, &request, verdict, detail);
    state.store.commit(vec![Change::PutInboundRequest(inbound_request)]).await?;
    Ok(())
}
