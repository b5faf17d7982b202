//! Spin component that lists stored events and webhook requests for the operator.
//!
//! It must only call `cordboard_gateway::query`: a component imports whatever it calls, and this one has no plug.
#![cfg(target_family = "wasm")]

use cordboard_gateway::query;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    query::answer(request).await
}
