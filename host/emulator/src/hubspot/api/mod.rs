//! What HubSpot answers, an endpoint a file. Each request is logged ([`log`]), met by faults and, of an account, counted
//! ([`account`]).

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
use super::text::cut;
use error::ApiError;

/// Bytes of a request's body.
const BODY: usize = 1 << 20;

/// The versions of the API that are named by a date.
const DATED: [&str; 3] = ["2025-09", "2026-03", "2026-09"];

/// All of it.
pub fn router(hubspot: &HubSpot) -> Router<HubSpot> {
    Router::new()
        .merge(video::router())
        .merge(channel::router())
        .merge(objects::router(hubspot))
        .merge(oauth::router())
        .method_not_allowed_fallback(|| async { ApiError::not_allowed() })
        .fallback(unknown)
        .layer(from_fn_with_state(hubspot.clone(), log::log))
}

/// A path in every version: in `v3`, and in those that are named by a date, where it is another one.
fn paths(v3: impl Into<String>, dated: impl Fn(&'static str) -> String) -> impl Iterator<Item = String> {
    iter::once(v3.into()).chain(DATED.map(dated))
}

async fn unknown(uri: Uri) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, format!("there is nothing at {} here", cut(&log::path(&uri), 200)))
}
