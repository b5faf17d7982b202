//! The emulator's own endpoints, `/emulator/…`: its state, user actions and faults.
//!
//! Bodies must be `application/json`: a page of another origin can send neither that nor a DELETE without a preflight.

mod body;
mod faults;
mod local;
mod meetings;
mod numbers;
mod problem;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::routing::{get, patch, post};

use super::text::cut;
use super::{HubSpot, Refusal};
use problem::Problem;

/// The size limit of a request's body, in bytes.
const BODY: usize = 64 << 10;

/// Routes all endpoints, without the prefix `/emulator`.
pub fn router() -> Router<HubSpot> {
    Router::new()
        .route("/state", get(view::state))
        .route("/calls", get(view::calls))
        .route("/meetings", post(meetings::book))
        .route("/meetings/{id}", patch(meetings::change).delete(meetings::cancel))
        .route("/phone-numbers", post(numbers::ask))
        .route("/faults", get(faults::all).put(faults::set))
        .method_not_allowed_fallback(|| async {
            let why = "method not allowed: use one of those in the header `Allow`";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, why)
        })
        .fallback(|uri: Uri| async move {
            let why = format!(
                "unknown path /emulator{}: the emulator's own endpoints are state, calls, meetings, phone-numbers \
                 and faults",
                cut(uri.path(), 100)
            );
            Problem::new(StatusCode::NOT_FOUND, why)
        })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(local::only))
}

/// Completes an action even if the client disconnects, since its webhooks may already have been called.
async fn finish<T: Send + 'static>(
    act: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(act).await;
    Ok(done.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the action was interrupted: try again"))??)
}
