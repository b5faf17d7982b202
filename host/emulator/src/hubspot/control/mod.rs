//! The emulator's own endpoints, `/emulator/…`: what is held, what people do, what shall go wrong.
//!
//! Bodies are taken as `application/json` alone: neither that nor a DELETE can a page of another origin send unasked.

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

/// Bytes of a request's body.
const BODY: usize = 64 << 10;

/// All of it, without `/emulator`.
pub fn router() -> Router<HubSpot> {
    Router::new()
        .route("/state", get(view::state))
        .route("/calls", get(view::calls))
        .route("/meetings", post(meetings::book))
        .route("/meetings/{id}", patch(meetings::change).delete(meetings::cancel))
        .route("/phone-numbers", post(numbers::ask))
        .route("/faults", get(faults::all).put(faults::set))
        .method_not_allowed_fallback(|| async {
            let why = "this method is not allowed here: `Allow` says which ones are";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, why)
        })
        .fallback(|uri: Uri| async move {
            let why = format!(
                "there is no /emulator{}: the emulator's own endpoints are state, calls, meetings, \
                               phone-numbers and faults",
                cut(uri.path(), 100)
            );
            Problem::new(StatusCode::NOT_FOUND, why)
        })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(local::only))
}

/// Does it to its end, also where nobody waits for it any more: a webhook that is under way has been called.
async fn finish<T: Send + 'static>(
    act: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(act).await;
    Ok(done.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "this broke off: try again"))??)
}
