//! The public Spin component: finds the account of a request and forwards it to the plug's component.
//!
//! It must only call `cordboard_gateway::front`: a component imports whatever it calls, and this one has only a CRM
//! plug.
#![cfg(target_family = "wasm")]

use cordboard_gateway::front;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    front::answer(request).await
}
