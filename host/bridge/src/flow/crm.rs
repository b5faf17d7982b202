//! The CRM flow: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response.

use std::sync::Arc;
use std::time::Instant;

use cordboard_core::command::check_app;
use cordboard_core::text::short;

use crate::topology::{App, SlowCallLimiter, Topology};
use cordboard_core::{inbound, rules};
use cordboard_runtime::contract::http::{Rejection, WebhookRequest};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::{Change, OwnerId, Verdict};

use super::api_error::no_randomness;
use super::authenticity::{admit, admit_head};
use super::command::{Caller, Commands, dispatch};
use super::operation::context;
use super::reply::Reply;
use super::report::Reporter;
use super::request::Head;
use super::{ApiError, RawRequest, inbound_request};
use crate::random::random_id;

/// Answers requests of the CRM.
pub struct CrmFlow {
    commands: Arc<Commands>,
    reporter: Arc<Reporter>,
    // Limits concurrent slow calls of CRM plugs.
    slow_calls: SlowCallLimiter,
}

/// The app that a request addresses, once its head was accepted, and the topology that contains it.
pub struct ForApp {
    topology: Arc<Topology>,
    app: App,
}

impl CrmFlow {
    /// Creates the flow from its parts.
    pub fn new(commands: Arc<Commands>, reporter: Arc<Reporter>) -> Self {
        Self { commands, reporter, slow_calls: SlowCallLimiter::shared() }
    }

    /// Checks the head of a request to `/{plug}/{app}/{route}`.
    ///
    /// # Errors
    /// Returns an error if the head alone is reason to refuse the request, so that its body need not be read.
    pub fn for_app(&self, plug: &str, app: &str, head: &Head, body_limit: usize) -> Result<ForApp, ApiError> {
        let topology = self.commands.topology.load();
        let app = topology.app(plug, app).ok_or(ApiError::NotFound("app"))?.clone();
        admit_head(&app.generation, head, body_limit)?;
        Ok(ForApp { topology, app })
    }

    /// Answers a request whose head was accepted by [`for_app`](Self::for_app).
    pub async fn answer(&self, to: &ForApp, request: RawRequest) -> Reply {
        match self.answered(to, &request).await {
            Ok(reply) => reply,
            Err(error) => self.reporter.refuse("crm", request, &error).await,
        }
    }

    async fn answered(&self, ForApp { topology, app }: &ForApp, request: &RawRequest) -> Result<Reply, ApiError> {
        let admitted = admit(&app.generation, request)?;
        let webhook = request.for_plug(&admitted);
        // `decode` and `encode` return no effects, so a CRM plug has no state.
        let context = context(&app.generation, Vec::new(), request.head.received_at)?;
        let answer_timeout = self.commands.executor.limits.answer_timeout;
        let until = Instant::now() + answer_timeout;
        let decoded = self.call(app, until, |plug| plug.decode(&context, &webhook)).await;
        let decoded = decoded.and_then(|decoded| match decoded {
            Ok(command) => rules::command(&command).map(|()| Ok(command)).map_err(CallError::ContractBroken),
            Err(rejection) => Ok(Err(rejection)),
        });
        let command = match decoded {
            Ok(Ok(command)) => command,
            Ok(Err(rejection)) => return Err(in_time(until, self.undecodable(app, webhook, Ok(rejection))).await),
            Err(error) => return Err(in_time(until, self.undecodable(app, webhook, Err(error))).await),
        };
        check_app(&command, &app.id)?;
        let caller = Caller { commands: &self.commands, topology, app: &app.id, body: request.body.len() };
        let result = tokio::time::timeout_at(until.into(), dispatch(&caller, command, request.signed(&admitted))).await;
        // After a timeout the operation continues, and a repeat of the request finds its result.
        let result = result.map_err(|_| ApiError::Unavailable("the provider has not answered yet".to_owned()))??;
        self.reporter.completed(&request.head.route, &result.outcome);
        let until = until + answer_timeout;
        let encoded = self.call(app, until, |plug| plug.encode(&context, &result.outcome)).await;
        let response = encoded.map_err(|error| {
            let plug = app.generation.plug.digest();
            tracing::error!(app = %app.id, plug, %error, "plug failed to encode a response");
            ApiError::from(error)
        })?;
        let response = inbound::respond(&response, &app.generation.settings).map_err(CallError::ContractBroken)?;
        Ok(Reply { answer: result.answer, ..Reply::from(response) })
    }

    /// Calls the CRM plug. It serves all accounts of the app, so its slow calls do not use an account's permits.
    async fn call<T: Send>(
        &self,
        app: &App,
        until: Instant,
        call: impl FnOnce(&Plug) -> Result<T, CallError> + Send,
    ) -> Result<T, CallError> {
        let generation = &app.generation;
        let permit = self.slow_calls.acquire(generation.needs_permit(), until).await.ok_or(CallError::Busy)?;
        generation.slow_call_detector.run(permit, || call(&generation.plug))
    }

    /// Stores a request that the plug rejected or failed to decode, and returns the error for its sender.
    async fn undecodable(&self, app: &App, request: WebhookRequest, why: Result<Rejection, CallError>) -> ApiError {
        let plug = app.generation.plug.digest();
        let (verdict, detail, refusal) = match why {
            Ok(Rejection::Malformed(why) | Rejection::Unsupported(why)) => {
                let why = short(&why);
                (Verdict::Malformed, why.clone(), ApiError::Malformed(why))
            }
            Err(error) => {
                tracing::error!(app = %app.id, plug, %error, "plug failed to decode a request");
                if error.is_transient() {
                    return ApiError::from(error);
                }
                (Verdict::DeadLettered, error.to_string(), ApiError::from(error))
            }
        };
        let id = match random_id() {
            Ok(id) => id,
            Err(error) => return no_randomness(error),
        };
        let record = inbound_request::record(id, OwnerId::App(app.id.clone()), plug, &request, verdict, detail);
        match self.commands.store.commit(vec![Change::PutInboundRequest(record)]).await {
            Ok(_) => refusal,
            Err(error) => error.into(),
        }
    }
}

/// Returns the reason for a refusal once it is stored, or an error if that takes too long.
async fn in_time(until: Instant, error: impl Future<Output = ApiError>) -> ApiError {
    let late = || ApiError::Unavailable("the store has not answered yet".to_owned());
    tokio::time::timeout_at(until.into(), error).await.unwrap_or_else(|_| late())
}
