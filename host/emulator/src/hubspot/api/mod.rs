//! HubSpot's API, one file per endpoint. Requests are logged and subject to faults ([`log`]); those of an account are
//! rate-limited ([`account`]).

mod account;
mod address;
mod auth;
mod channel;
mod error;
mod json;
mod log;
mod oauth;
mod objects;
mod query;
mod video;

use std::iter;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;

use super::HubSpot;
use super::text::truncate;
use error::ApiError;

/// The size limit of a request's body, in bytes.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The versions of the API that are named after a date.
const DATED_VERSIONS: [&str; 3] = ["2025-09", "2026-03", "2026-09"];

/// Routes the whole API.
pub fn router(hubspot: &HubSpot) -> Router<HubSpot> {
    Router::new()
        .merge(video::router())
        .merge(channel::router())
        .merge(objects::router(hubspot))
        .merge(oauth::router())
        .method_not_allowed_fallback(|| async { ApiError::not_allowed() })
        .fallback(unknown_path)
        .layer(from_fn_with_state(hubspot.clone(), log::log))
}

/// Returns a path in every version: `v3` and the dated ones, in which paths differ.
fn paths(v3: impl Into<String>, dated: impl Fn(&'static str) -> String) -> impl Iterator<Item = String> {
    iter::once(v3.into()).chain(DATED_VERSIONS.map(dated))
}

async fn unknown_path(uri: Uri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("unknown path: {}", truncate(&log::path(&uri), 200)))
}
