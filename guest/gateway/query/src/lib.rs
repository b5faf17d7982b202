//! On Spin, what is kept, for its operator to see.
#![cfg(target_family = "wasm")]

use cordboard_gateway::query;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    query::answer(request).await
}
