//! HTTP from outside: addresses, sizes, times; what a request means is the flow's business.

mod answer;
pub(crate) mod body;
mod operators;
mod patience;
mod serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use crate::flow::{self, Inbound, Refusal, Switchboard, now};

pub use operators::operators;
pub use serve::{ServeLimits, serve};

#[derive(Clone)]
struct Ingress {
    board: Arc<Switchboard>,
    body_limit: usize,
}

/// The addresses that the world calls:
/// `/{crm plug}/{app}/{route}`, `/in/{ingest key}/{route}` and `/j/{link}`.
pub fn router(board: Arc<Switchboard>, body_limit: usize) -> Router {
    Router::new()
        .route("/j/{link}", get(link).fallback(only_get))
        .route("/in/{key}/{route}", any(provider))
        .route("/{plug}/{app}/{route}", any(crm))
        .fallback(unknown)
        .with_state(Ingress { board, body_limit })
}

/// Where the CRM calls a route of an app, below the public address.
pub fn app_path(plug: &str, app: u64, route: &str) -> String {
    format!("/{plug}/{app}/{route}")
}

/// Where a provider calls a route of a connection, below the public address. The key is a secret.
pub fn ingest_path(key: &str, route: &str) -> String {
    format!("/in/{key}/{route}")
}

async fn crm(
    State(ingress): State<Ingress>,
    path: Result<Path<(String, String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((plug, app, route))) = path else { return unreadable(&ingress, "crm") };
    match inbound(&ingress, route, request).await {
        Ok(inbound) => answer::response(flow::command(&ingress.board, &plug, &app, inbound).await),
        Err(refusal) => refused(&ingress, "crm", &refusal),
    }
}

async fn provider(
    State(ingress): State<Ingress>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Ok(Path((key, route))) = path else { return unreadable(&ingress, "provider") };
    match inbound(&ingress, route, request).await {
        Ok(inbound) => answer::response(flow::receive(&ingress.board, &key, inbound).await),
        Err(refusal) => refused(&ingress, "provider", &refusal),
    }
}

async fn link(State(ingress): State<Ingress>, path: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(conference)) = path else { return unreadable(&ingress, "visitor") };
    match flow::follow(&ingress.board, &conference).await {
        Ok(Some(link)) => match HeaderValue::from_str(&link) {
            // The link may change any time, so nobody should remember where this one led.
            Ok(link) => {
                (StatusCode::FOUND, [(header::LOCATION, link), (header::CACHE_CONTROL, no_store())]).into_response()
            }
            Err(_) => refused(&ingress, "visitor", &Refusal::Unknown("conference")),
        },
        Ok(None) => refused(&ingress, "visitor", &Refusal::Unknown("conference")),
        Err(error) => refused(&ingress, "visitor", &error.into()),
    }
}

fn no_store() -> HeaderValue {
    HeaderValue::from_static("no-store")
}

async fn only_get(State(ingress): State<Ingress>) -> Response {
    refused(&ingress, "visitor", &Refusal::Method(vec!["GET".to_owned(), "HEAD".to_owned()]))
}

/// An address with escapes that are no text is none of ours.
fn unreadable(ingress: &Ingress, side: &'static str) -> Response {
    refused(ingress, side, &Refusal::Unknown("address"))
}

async fn unknown(State(ingress): State<Ingress>) -> Response {
    refused(&ingress, "visitor", &Refusal::Unknown("address"))
}

fn refused(ingress: &Ingress, side: &'static str, refusal: &Refusal) -> Response {
    flow::refused(&ingress.board, side, "-", refusal);
    answer::response(refusal.into())
}

async fn inbound(ingress: &Ingress, route: String, request: Request) -> Result<Inbound, Refusal> {
    let (head, body) = request.into_parts();
    let body = body::read(&head.headers, body, ingress.body_limit, ingress.board.limits.body).await?;
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()));
    Ok(Inbound {
        method: head.method.as_str().to_owned(),
        route,
        // What senders sign is the address that they were given, whatever a proxy made of it on the way.
        url: format!("{}{target}", ingress.board.public_url),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body,
        received_at: now(),
    })
}
