//! All effects of a gateway, performed through Spin: HTTP in and out, variables, the key-value store and the clock.

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
use reply::{Reply, response};

/// Reads a whole request and answers it. Rejections are also logged. A path that is not `ours` is rejected before the
/// body is read.
pub async fn answer(
    request: Request,
    ours: impl FnOnce(&[&str]) -> bool,
    serve: impl AsyncFnOnce(&Inbound) -> Result<Reply, ApiError>,
) -> Response<FullBody<bytes::Bytes>> {
    let line = |error: &ApiError| format!("rejected with {} ({}): {}", error.status(), error.reason(), error.detail());
    let reply = match Inbound::read(request, ours).await {
        Ok(request) => serve(&request).await.inspect_err(|error| request.warn(kind(error), &line(error))),
        Err(error) => {
            log::warn_limited(kind(&error), &line(&error));
            Err(error)
        }
    };
    response(reply.unwrap_or_else(|error| error.problem()))
}

/// Returns the kind of log line. "Not found" has several kinds, because their fixes differ.
fn kind(error: &ApiError) -> &'static str {
    match error {
        ApiError::NotFound(missing) => missing,
        error => error.reason(),
    }
}
