//! Spin component that serves one telephony plug: numbers for HubSpot's help desk.
//!
//! It must only call `cordboard_gateway::telephony`: a component imports whatever it calls, and this one has no
//! conferencing plug.
#![cfg(target_family = "wasm")]

use cordboard_gateway::telephony;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    telephony::answer(request).await
}
