//! On Spin, what HubSpot and providers call: finds whose a request is and passes it on.
#![cfg(target_family = "wasm")]

use cordboard_gateway::front;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    front::answer(request).await
}
