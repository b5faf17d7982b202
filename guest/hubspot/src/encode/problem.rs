//! Encodes failures as problem details (RFC 9457).
//!
//! HubSpot does not document what its error statuses mean. Each cause has its own status, so that the operator can tell
//! from the status alone who must act.

use cordboard_plug::{Failure, Piece, WebhookResponse};
use serde_json::json;

use super::header;

/// The default for `retry-after`, in seconds. It is short because a user is waiting in HubSpot's dialog.
const RETRY_AFTER: u32 = 1;

/// How much of a provider's message goes into an answer, in characters.
const MAX_DETAIL_LEN: usize = 1000;

/// Returns the response for an unknown user. This is not a failure, but HubSpot's documents say "404 would be
/// appropriate".
pub fn unknown_user() -> WebhookResponse {
    let detail = "the conferencing system has no such user: add the user there, or use another one";
    problem(404, "Not Found", detail, None)
}

/// Returns the response for a failure.
pub fn failed(failure: &Failure) -> WebhookResponse {
    let retry_after = match failure {
        Failure::RateLimited(seconds) => Some(seconds.unwrap_or(RETRY_AFTER)),
        Failure::Unavailable(_) => Some(RETRY_AFTER),
        Failure::NotFound | Failure::Unsupported | Failure::Invalid(_) | Failure::CredentialsRejected => None,
    };
    let (status, title, detail) = match failure {
        Failure::NotFound => (404, "Not Found", "there is no such conference: book the meeting again to create one"),
        Failure::Unsupported => {
            let detail = "the account's plug does not support this: use a plug that does, or change its settings";
            (501, "Not Implemented", detail)
        }
        Failure::Invalid(why) => (422, "Unprocessable Content", why.as_str()),
        Failure::CredentialsRejected => {
            let detail = "the provider rejected the credentials of this connection: the operator must renew them";
            (502, "Bad Gateway", detail)
        }
        Failure::RateLimited(_) => {
            let detail = "the provider limits the rate of requests: retry after the number of seconds in `retry-after`";
            (429, "Too Many Requests", detail)
        }
        Failure::Unavailable(why) => (503, "Service Unavailable", why.as_str()),
    };
    problem(status, title, detail, retry_after)
}

/// Returns an error response. The title is the reason phrase of the status, as `about:blank` requires; `retry_after` is
/// in seconds.
fn problem(status: u16, title: &str, detail: &str, retry_after: Option<u32>) -> WebhookResponse {
    let detail: String = detail.chars().take(MAX_DETAIL_LEN).collect();
    let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
    let mut headers = vec![header("content-type", "application/problem+json")];
    headers.extend(retry_after.map(|seconds| header("retry-after", &seconds.to_string())));
    WebhookResponse { status, headers, body: vec![Piece::Text(body.to_string())] }
}
