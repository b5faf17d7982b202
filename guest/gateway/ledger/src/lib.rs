//! On Spin, what is kept, for its owner to see.
#![cfg(target_family = "wasm")]

use cordboard_gateway::ledger;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    ledger::answer(request).await
}
