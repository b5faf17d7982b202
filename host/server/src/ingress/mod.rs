//! HTTP from the CRM and providers: connections, routing, and limits of size and time. The flows interpret requests.
//!
//! A body is read only after the head has passed its checks: path, method, media type, announced length, and the
//! presence of a signature or secret.

mod activity;
mod answer;
pub(crate) mod body;
mod budget;
mod connections;
mod linger;
mod operators;
mod peers;
mod serve;
mod service;
mod throttle;
mod write_timeout;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use cordboard_core::AppId;

use cordboard_bridge::flow::{self, ApiError, CrmFlow, Head, ProviderFlow, RawRequest, Reporter, now};
use cordboard_store::Store;

use budget::{BodyBudget, BudgetHandle};
use service::Unread;

pub use connections::Connections;
pub use operators::{Operators, operators};
pub use peers::{PRIVATE_NETWORKS, PeerLimit};
pub use serve::{ServeLimits, serve, serve_counted};

/// Limits on request bodies.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Maximum size of a CRM request's body, in bytes.
    pub crm: usize,
    /// Maximum size of a provider's request's body, in bytes.
    pub provider: usize,
    /// Time limit for receiving a body.
    pub timeout: Duration,
}

/// What the public routes need.
pub struct Ingress {
    crm: Arc<CrmFlow>,
    provider: Arc<ProviderFlow>,
    store: Arc<dyn Store>,
    reporter: Arc<Reporter>,
    public_url: String,
    body_limits: BodyLimits,
    budget: BodyBudget,
}

impl Ingress {
    /// Creates the parts that requests share. `public_url` is the scheme, host and path that senders call, without a
    /// trailing slash.
    pub fn new(
        crm: Arc<CrmFlow>,
        provider: Arc<ProviderFlow>,
        store: Arc<dyn Store>,
        reporter: Arc<Reporter>,
        public_url: String,
        body_limits: BodyLimits,
    ) -> Self {
        Self { crm, provider, store, reporter, public_url, body_limits, budget: BodyBudget::default() }
    }
}

/// Returns the public routes: `/{crm plug}/{app}/{route}`, `/in/{ingest key}/{route}` and `/j/{link}`.
pub fn router(ingress: Arc<Ingress>) -> Router {
    Router::new()
        .route("/j/{link}", get(link).fallback(only_get))
        .route("/in/{key}/{route}", any(provider))
        .route("/{plug}/{app}/{route}", any(crm))
        .fallback(unknown)
        .with_state(ingress)
}

/// Returns the path below the public URL at which the CRM calls a route of an app.
pub fn app_path(plug: &str, app: &AppId, route: &str) -> String {
    format!("/{plug}/{app}/{route}")
}

/// Returns the path below the public URL at which a provider calls a route of a connection. The key is a secret.
pub fn ingest_path(key: &str, route: &str) -> String {
    format!("/in/{key}/{route}")
}

async fn crm(
    State(ingress): State<Arc<Ingress>>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((plug, app, route))) = path else { return unreadable(&ingress, "crm") };
    let (head, body) = parts(&ingress, route, request);
    let limit = ingress.body_limits.crm;
    let to = match ingress.crm.for_app(&plug, &app, &head, limit) {
        Ok(to) => to,
        Err(error) => return refused(&ingress, "crm", &head.route, &error),
    };
    match read(&ingress, &ingress.budget.crm(), &head, body, limit).await {
        Ok(body) => {
            let request = RawRequest { head, body };
            answer::response(ingress.crm.answer(&to, request).await)
        }
        Err(error) => refused(&ingress, "crm", &head.route, &error),
    }
}

async fn provider(
    State(ingress): State<Arc<Ingress>>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((key, route))) = path else { return unreadable(&ingress, "provider") };
    let (head, body) = parts(&ingress, route, request);
    let limit = ingress.body_limits.provider;
    let to = match ingress.provider.for_connection(&key, &head, limit) {
        Ok(to) => to,
        Err(error) => return refused(&ingress, "provider", &head.route, &error),
    };
    match read(&ingress, &ingress.budget.provider(to.account()), &head, body, limit).await {
        Ok(body) => {
            let request = RawRequest { head, body };
            answer::response(ingress.provider.answer(&to, request).await)
        }
        Err(error) => refused(&ingress, "provider", &head.route, &error),
    }
}

async fn link(State(ingress): State<Arc<Ingress>>, path: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(conference)) = path else { return unreadable(&ingress, "visitor") };
    match flow::follow(ingress.store.as_ref(), &conference).await {
        Ok(Some(link)) => match HeaderValue::from_str(&link) {
            // The link may change at any time, so clients must not cache it.
            Ok(link) => {
                (StatusCode::FOUND, [(header::LOCATION, link), (header::CACHE_CONTROL, no_store())]).into_response()
            }
            Err(_) => refused(&ingress, "visitor", "-", &ApiError::NotFound("conference")),
        },
        Ok(None) => refused(&ingress, "visitor", "-", &ApiError::NotFound("conference")),
        Err(error) => refused(&ingress, "visitor", "-", &error.into()),
    }
}

fn no_store() -> HeaderValue {
    HeaderValue::from_static("no-store")
}

async fn only_get(State(ingress): State<Arc<Ingress>>) -> Response {
    refused(&ingress, "visitor", "-", &ApiError::MethodNotAllowed(vec!["GET".to_owned(), "HEAD".to_owned()]))
}

/// Refuses a path whose percent-encoding is not valid UTF-8.
fn unreadable(ingress: &Ingress, side: &'static str) -> Response {
    refused(ingress, side, "-", &ApiError::NotFound("address"))
}

async fn unknown(State(ingress): State<Arc<Ingress>>) -> Response {
    refused(&ingress, "visitor", "-", &ApiError::NotFound("address"))
}

/// Refuses a request without reading its body to the end.
fn refused(ingress: &Ingress, side: &'static str, route: &str, error: &ApiError) -> Response {
    ingress.reporter.refused(side, route, error);
    let mut response = answer::response(error.into());
    response.extensions_mut().insert(Unread);
    response
}

/// Splits a request into the head that the flows expect and the unread body.
fn parts(ingress: &Ingress, route: String, request: Request) -> (Head, Body) {
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    let head = Head {
        method: head.method.as_str().to_owned(),
        route,
        // Senders sign the public URL, whatever a proxy made of it on the way.
        url: format!("{}{target}", ingress.public_url),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body_length: body::announced(&head.headers),
        received_at: now(),
    };
    (head, body)
}

async fn read(
    ingress: &Ingress,
    budget: &BudgetHandle,
    head: &Head,
    body: Body,
    limit: usize,
) -> Result<Bytes, ApiError> {
    body::read_timeout(budget, head.body_length, body, limit, ingress.body_limits.timeout).await
}
