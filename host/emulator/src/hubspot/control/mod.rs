//! The emulator's own endpoints, `/emulator/…`: its state, user actions and faults.
//!
//! Bodies must be `application/json`: a page of another origin can send neither that nor a DELETE without a preflight.

mod actions;
mod http;
mod local;
mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::routing::{get, patch, post};

use self::http::Problem;
use super::HubSpot;
use super::text::truncate;

/// The size limit of a request's body, in bytes.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Routes all endpoints, without the prefix `/emulator`.
pub fn router() -> Router<HubSpot> {
    Router::new()
        .route("/state", get(state::state))
        .route("/calls", get(state::calls))
        .route("/meetings", post(actions::book))
        .route("/meetings/{id}", patch(actions::change).delete(actions::cancel))
        .route("/phone-numbers", post(actions::phone_numbers))
        .route("/faults", get(state::faults).put(state::set_faults))
        .method_not_allowed_fallback(|| async {
            let why = "method not allowed: use one of those in the header `Allow`";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, why)
        })
        .fallback(|uri: Uri| async move {
            let why = format!(
                "unknown path /emulator{}: the emulator's own endpoints are state, calls, meetings, phone-numbers \
                 and faults",
                truncate(uri.path(), 100)
            );
            Problem::new(StatusCode::NOT_FOUND, why)
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(local::only))
}
