//! What Spin gives: HTTP in and out, variables, the key-value store, the clock. All effects of a gateway are here.

pub mod clock;
pub mod incoming;
pub mod log;
pub mod outgoing;
pub mod reply;
pub mod store;
pub mod variables;

use cordboard_core::api_error::ApiError;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use incoming::Inbound;
use reply::Reply;

/// Reads a request, whole, and answers it. A refusal is a line in the log, too. What has a path that is not `ours` is
/// refused before more of it is read.
pub async fn answer(
    request: Request,
    ours: impl FnOnce(&[&str]) -> bool,
    serve: impl AsyncFnOnce(&Inbound) -> Result<Reply, ApiError>,
) -> Response<FullBody<bytes::Bytes>> {
    let told = |error: &ApiError| format!("refused with {} ({}): {}", error.status(), error.reason(), error.detail());
    let reply = match Inbound::read(request, ours).await {
        Ok(request) => serve(&request).await.inspect_err(|error| request.warn(kind(error), &told(error))),
        Err(error) => {
            log::warn_limited(kind(&error), &told(&error));
            Err(error)
        }
    };
    reply.unwrap_or_else(|error| Reply::from(error.problem())).response()
}

/// What is unknown is of several kinds, which are fixed in several places.
fn kind(error: &ApiError) -> &'static str {
    match error {
        ApiError::NotFound(what) => what,
        error => error.reason(),
    }
}
