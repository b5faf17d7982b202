//! What Spin gives: HTTP in and out, variables, the key-value store, the clock. All effects of a gateway are here.

pub mod clock;
pub mod incoming;
pub mod log;
pub mod outgoing;
pub mod reply;
pub mod store;
pub mod variables;

use cordboard_core::refusal::Refusal;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use incoming::Inbound;
use reply::Reply;

/// Reads a request, whole, and answers it. A refusal is a line in the log, too.
pub async fn answer(
    request: Request,
    serve: impl AsyncFnOnce(Inbound) -> Result<Reply, Refusal>,
) -> Response<FullBody<bytes::Bytes>> {
    let reply = match Inbound::read(request).await {
        Ok(request) => serve(request).await,
        Err(refusal) => Err(refusal),
    };
    let reply = reply.unwrap_or_else(|refusal| {
        log::say(&format!("refused with {} ({}): {}", refusal.status(), refusal.reason(), refusal.detail()));
        Reply::from(refusal.problem())
    });
    reply.response()
}
