//! The path of a request, from top to bottom:
//!
//! 1. [`serve`](super::serve) accepts its connection, within limits on connections, heads, time and unread responses.
//! 2. [`layers`] surround all routes.
//! 3. [`router`] finds the route.
//! 4. [`answer`] checks the head, reads the body within its limits, and hands the request to its flow. So a body is read
//!    only if path, method, media type, announced length, and the presence of a signature or secret are right.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{any, get};
use cordboard_core::AppId;
use tower::ServiceBuilder;

use cordboard_bridge::flow::{self, ApiError, BridgeState, Head, RawRequest, Reply, now};

use crate::body::{self, BodyBudget, BodyReader};
use crate::connection::Activity;
use crate::layers::{AssignRequestId, CheckFraming, KeepBusy};

use super::crm::Crm;
use super::link;
use super::provider::Provider;
use super::response::{response, unread_response};

/// Surrounds the routes of a connection with layers, the outermost first.
pub(crate) fn layers(routes: Router, activity: Arc<Activity>) -> KeepBusy<AssignRequestId<CheckFraming<Router>>> {
    ServiceBuilder::new()
        .layer_fn(|inner| KeepBusy::new(inner, Arc::clone(&activity)))
        .layer_fn(AssignRequestId::new)
        .layer_fn(CheckFraming::new)
        .service(routes)
}

/// Returns the public routes: `/{crm plug}/{app}/{route}`, `/in/{ingest key}/{route}` and `/j/{link}`.
pub fn router(state: Arc<BridgeState>, body_limits: BodyLimits) -> Router {
    Router::new()
        .route("/j/{link}", get(link::follow).fallback(link::only_get))
        .route("/in/{key}/{route}", any(answer::<Provider>))
        .route("/{plug}/{app}/{route}", any(answer::<Crm>))
        .fallback(unknown)
        .with_state(Edge { state, body_limits, body_budget: Arc::default() })
}

/// A side whose requests a flow answers, addressed by the parameters of a path.
pub(super) trait Sender: Sized {
    /// The side in log lines and metrics.
    const SIDE: &'static str;
    /// What a request is for, once its head is accepted.
    type Target;

    /// Moves the name of the route out of the address.
    fn take_route(&mut self) -> String;

    /// Checks the head of a request. Returns what the request is for, and how to read its body.
    fn check_head(&self, edge: &Edge, head: &Head) -> Result<(Self::Target, BodyReader), ApiError>;

    /// Runs the flow.
    fn process(edge: &Edge, target: &Self::Target, request: RawRequest) -> impl Future<Output = Reply> + Send;
}

/// Answers a sender's request.
async fn answer<S: Sender>(
    State(edge): State<Edge>,
    address: Result<Path<S>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path(mut address)) = address else { return edge.unreadable(S::SIDE) };
    let (head, body) = edge.split(address.take_route(), request);
    let (target, reader) = match address.check_head(&edge, &head) {
        Ok(accepted) => accepted,
        Err(error) => return edge.refuse(S::SIDE, &head.route, &error),
    };
    match reader.read(head.body_length, body).await {
        Ok(body) => response(S::process(&edge, &target, RawRequest { head, body }).await),
        Err(error) => edge.refuse(S::SIDE, &head.route, &error),
    }
}

async fn unknown(State(edge): State<Edge>) -> Response {
    edge.unreadable("visitor")
}

/// Maximum sizes of request bodies, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// For CRM requests.
    pub crm: usize,
    /// For providers' requests.
    pub provider: usize,
}

/// What the routes share.
#[derive(Clone)]
pub(super) struct Edge {
    pub state: Arc<BridgeState>,
    pub body_limits: BodyLimits,
    pub body_budget: Arc<BodyBudget>,
}

impl Edge {
    /// Splits a request into the head that the flows expect and the unread body.
    fn split(&self, route: String, request: Request) -> (Head, Body) {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let head = Head {
            method: head.method.as_str().to_owned(),
            route,
            // Senders sign the public URL, whatever a proxy made of it on the way.
            url: format!("{}{target}", self.state.public_url),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body_length: body::announced(&head.headers),
            received_at: now(),
        };
        (head, body)
    }

    /// Refuses a request without reading its body to the end.
    pub fn refuse(&self, side: &'static str, route: &str, error: &ApiError) -> Response {
        flow::refused(&self.state, side, route, error);
        unread_response(error.into())
    }

    /// Refuses a path that no route has, or whose percent-encoding is not valid UTF-8.
    pub fn unreadable(&self, side: &'static str) -> Response {
        self.refuse(side, "-", &ApiError::NotFound("address"))
    }
}

/// Returns the path below the public URL at which the CRM calls a route of an app.
pub fn app_path(plug: &str, app: &AppId, route: &str) -> String {
    format!("/{plug}/{app}/{route}")
}

/// Returns the path below the public URL at which a provider calls a route of a connection. The key is a secret.
pub fn ingest_path(key: &str, route: &str) -> String {
    format!("/in/{key}/{route}")
}
