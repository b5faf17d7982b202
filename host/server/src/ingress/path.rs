//! The path of a request, from top to bottom:
//!
//! 1. [`serve`](super::serve) accepts its connection, within limits on connections, heads, time and unread responses.
//! 2. [`layers`] surround all routes.
//! 3. [`router`] finds the route: [`crm`], [`provider`] or [`link`].
//! 4. [`Edge::receive`] checks the head, then reads the body within limits of size, time and memory. So a body is read
//!    only if path, method, media type, announced length, and the presence of a signature or secret are right.
//! 5. A flow answers the request.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{any, get};
use cordboard_core::AppId;
use tower::ServiceBuilder;

use cordboard_bridge::flow::{self, ApiError, BridgeState, Head, RawRequest, now};

use crate::body::{self, BodyBudget, BodyReader, BudgetHandle};
use crate::connection::Activity;
use crate::layers::{AssignRequestId, CheckFraming, KeepBusy};

use super::link;
use super::response::{response, unread_response};

/// Surrounds the routes of a connection with layers, the outermost first.
pub(crate) fn layers(routes: Router, activity: Arc<Activity>) -> KeepBusy<AssignRequestId<CheckFraming<Router>>> {
    ServiceBuilder::new()
        .layer_fn(|inner| KeepBusy { inner, activity: Arc::clone(&activity) })
        .layer_fn(|inner| AssignRequestId { inner })
        .layer_fn(|inner| CheckFraming { inner })
        .service(routes)
}

/// Returns the public routes: `/{crm plug}/{app}/{route}`, `/in/{ingest key}/{route}` and `/j/{link}`.
pub fn router(state: Arc<BridgeState>, body_limits: BodyLimits) -> Router {
    Router::new()
        .route("/j/{link}", get(link::follow).fallback(link::only_get))
        .route("/in/{key}/{route}", any(provider))
        .route("/{plug}/{app}/{route}", any(crm))
        .fallback(unknown)
        .with_state(Edge { state, body_limits, body_budget: Arc::default() })
}

async fn crm(
    State(edge): State<Edge>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((plug, app, route))) = path else { return edge.unreadable("crm") };
    let limit = edge.body_limits.crm;
    let received = edge.receive("crm", route, request, limit, |head| {
        Ok((flow::for_app(&edge.state, &plug, &app, head, limit)?, edge.body_budget.crm()))
    });
    match received.await {
        Ok((to, request)) => response(flow::command(&edge.state, &to, request).await),
        Err(refused) => refused,
    }
}

async fn provider(
    State(edge): State<Edge>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((key, route))) = path else { return edge.unreadable("provider") };
    let limit = edge.body_limits.provider;
    let received = edge.receive("provider", route, request, limit, |head| {
        let to = flow::for_connection(&edge.state, &key, head, limit)?;
        let budget = edge.body_budget.provider(to.account());
        Ok((to, budget))
    });
    match received.await {
        Ok((to, request)) => response(flow::receive(&edge.state, &to, request).await),
        Err(refused) => refused,
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
    body_limits: BodyLimits,
    body_budget: Arc<BodyBudget>,
}

impl Edge {
    /// Checks the head of a request, then reads its body. `check_head` returns what the request is for, and the budget
    /// of its body. Fails with the response to a request that is refused.
    async fn receive<T>(
        &self,
        side: &'static str,
        route: String,
        request: Request,
        max: usize,
        check_head: impl FnOnce(&Head) -> Result<(T, BudgetHandle), ApiError>,
    ) -> Result<(T, RawRequest), Response> {
        let (head, body) = self.split(route, request);
        let checked = check_head(&head);
        let (to, budget) = checked.map_err(|error| self.refuse(side, &head.route, &error))?;
        let reader = BodyReader { max, timeout: self.state.limits.body, budget: Some(budget) };
        match reader.read(head.body_length, body).await {
            Ok(body) => Ok((to, RawRequest { head, body })),
            Err(error) => Err(self.refuse(side, &head.route, &error)),
        }
    }

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
