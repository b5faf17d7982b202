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

/// Reads a request, whole, and answers it. A refusal is a line in the log, too. What has a path that is not `ours` is
/// refused before more of it is read.
pub async fn answer(
    request: Request,
    ours: impl FnOnce(&[&str]) -> bool,
    serve: impl AsyncFnOnce(&Inbound) -> Result<Reply, Refusal>,
) -> Response<FullBody<bytes::Bytes>> {
    let told =
        |refusal: &Refusal| format!("refused with {} ({}): {}", refusal.status(), refusal.reason(), refusal.detail());
    let reply = match Inbound::read(request, ours).await {
        Ok(request) => serve(&request).await.inspect_err(|refusal| request.say(kind(refusal), &told(refusal))),
        Err(refusal) => {
            log::say_of_kind(kind(&refusal), &told(&refusal));
            Err(refusal)
        }
    };
    reply.unwrap_or_else(|refusal| Reply::from(refusal.problem())).response()
}

/// What is unknown is of several kinds, which are mended in several places.
fn kind(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown(what) => what,
        refusal => refusal.reason(),
    }
}
