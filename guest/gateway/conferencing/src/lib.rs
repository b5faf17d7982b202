//! Spin component that serves one conferencing plug: HubSpot's conferences and the provider's webhooks.
//!
//! It must only call `cordboard_gateway::conferencing`: a component imports whatever it calls, and this one has no
//! telephony plug.
#![cfg(target_family = "wasm")]

use cordboard_gateway::conferencing;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    conferencing::answer(request).await
}
