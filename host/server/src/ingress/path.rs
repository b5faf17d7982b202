//! The path of a request, from top to bottom:
//!
//! 1. [`serve`](crate::serve) accepts its connection, within limits on connections, heads, time and unread responses.
//! 2. [`router`] finds the route: [`crm`], [`provider`] or [`link`].
//! 3. The [`layers`](crate::layers) around each route assign an id and check the framing.
//! 4. The flow checks the head: its method, media type, announced length, and the presence of a signature or secret.
//! 5. [`Ingress::read`] reads the body within limits of size, time and memory.
//! 6. The flow answers the request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use cordboard_core::AppId;

use cordboard_bridge::clock::now;
use cordboard_bridge::flow::{ApiError, CrmFlow, Head, ProviderFlow, RawRequest, Reporter};
use cordboard_store::Store;

use crate::body::{self, BodyBudget, BodyReader, BudgetHandle};
use crate::layers::layered;
use crate::response::{response, unread_response};

/// Who sends the requests of a route, as a label for metrics.
const CRM: &str = "crm";
const PROVIDER: &str = "provider";
const VISITOR: &str = "visitor";

/// Returns the public routes: `/{crm plug}/{app}/{route}`, `/in/{ingest key}/{route}` and `/j/{link}`.
pub fn router(ingress: Arc<Ingress>) -> Router {
    let routes = Router::new()
        .route("/j/{link}", get(link).fallback(only_get))
        .route("/in/{key}/{route}", any(provider))
        .route("/{plug}/{app}/{route}", any(crm))
        .fallback(unknown)
        .with_state(ingress);
    layered(routes)
}

async fn crm(
    State(ingress): State<Arc<Ingress>>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, Response> {
    let Path((plug, app, route)) = path.map_err(|_| ingress.unreadable(CRM))?;
    let (head, body) = ingress.split(route, request);
    let max = ingress.body_limits.crm;
    let to = ingress.crm.for_app(&plug, &app, &head, max);
    let to = to.map_err(|error| ingress.refuse(CRM, &head.route, &error))?;
    let request = ingress.read(CRM, head, body, max, ingress.budget.crm()).await?;
    Ok(response(ingress.crm.answer(&to, request).await))
}

async fn provider(
    State(ingress): State<Arc<Ingress>>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, Response> {
    let Path((key, route)) = path.map_err(|_| ingress.unreadable(PROVIDER))?;
    let (head, body) = ingress.split(route, request);
    let max = ingress.body_limits.provider;
    let to = ingress.provider.for_connection(&key, &head, max);
    let to = to.map_err(|error| ingress.refuse(PROVIDER, &head.route, &error))?;
    let request = ingress.read(PROVIDER, head, body, max, ingress.budget.provider(to.account())).await?;
    Ok(response(ingress.provider.answer(&to, request).await))
}

/// Redirects a visitor to the conference of our link.
async fn link(
    State(ingress): State<Arc<Ingress>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Response> {
    let Path(link) = path.map_err(|_| ingress.unreadable(VISITOR))?;
    let conference = ingress.store.conference_of_link(&link).await;
    let conference = conference.map_err(|error| ingress.refuse(VISITOR, "-", &error.into()))?;
    let target = conference.and_then(|conference| HeaderValue::try_from(conference.redirect()?).ok());
    let target = target.ok_or_else(|| ingress.refuse(VISITOR, "-", &ApiError::NotFound("conference")))?;
    // The link may change at any time, so clients must not cache it.
    let no_store = HeaderValue::from_static("no-store");
    Ok((StatusCode::FOUND, [(header::LOCATION, target), (header::CACHE_CONTROL, no_store)]).into_response())
}

async fn only_get(State(ingress): State<Arc<Ingress>>) -> Response {
    ingress.refuse(VISITOR, "-", &ApiError::MethodNotAllowed(vec!["GET".to_owned(), "HEAD".to_owned()]))
}

async fn unknown(State(ingress): State<Arc<Ingress>>) -> Response {
    ingress.unreadable(VISITOR)
}

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

    /// Splits a request into the head that the flows expect and the unread body.
    fn split(&self, route: String, request: Request) -> (Head, Body) {
        let (head, body) = request.into_parts();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
        let head = Head {
            method: head.method.as_str().to_owned(),
            route,
            // Senders sign the public URL, whatever a proxy made of it on the way.
            url: format!("{}{target}", self.public_url),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body_length: body::announced(&head.headers),
            received_at: now(),
        };
        (head, body)
    }

    /// Reads the body of a request whose head a flow has accepted. Fails with the response to a refused request.
    async fn read(
        &self,
        side: &'static str,
        head: Head,
        body: Body,
        max: usize,
        budget: BudgetHandle,
    ) -> Result<RawRequest, Response> {
        let reader = BodyReader { max, timeout: self.body_limits.timeout, budget: Some(budget) };
        match reader.read(head.body_length, body).await {
            Ok(body) => Ok(RawRequest { head, body }),
            Err(error) => Err(self.refuse(side, &head.route, &error)),
        }
    }

    /// Refuses a request without reading its body to the end.
    fn refuse(&self, side: &'static str, route: &str, error: &ApiError) -> Response {
        self.reporter.refused(side, route, error);
        unread_response(error.problem().into())
    }

    /// Refuses a path that no route has, or whose percent-encoding is not valid UTF-8.
    fn unreadable(&self, side: &'static str) -> Response {
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
