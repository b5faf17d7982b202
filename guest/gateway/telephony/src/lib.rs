//! On Spin, one telephony plug behind HubSpot: numbers for the help desk.
#![cfg(target_family = "wasm")]

use cordboard_gateway::telephony;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    telephony::answer(request).await
}
