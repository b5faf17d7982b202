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

/// An error response.
#[derive(Debug)]
pub struct Problem {
    status: u16,
    /// The reason phrase of the status, as `about:blank` requires.
    title: &'static str,
    detail: String,
    /// In seconds.
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: u16, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), retry_after: None }
    }

    fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The response for an unknown user. This is not a failure, but HubSpot's documents say "404 would be appropriate".
    pub fn unknown_user() -> Self {
        Self::new(404, "Not Found", "the conferencing system has no such user: add the user there, or use another one")
    }

    /// Converts it to an HTTP response.
    pub fn response(self) -> WebhookResponse {
        let body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        });
        let mut headers = vec![header("content-type", "application/problem+json")];
        headers.extend(self.retry_after.map(|seconds| header("retry-after", &seconds.to_string())));
        WebhookResponse { status: self.status, headers, body: vec![Piece::Text(body.to_string())] }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound => {
                Self::new(404, "Not Found", "there is no such conference: book the meeting again to create one")
            }
            Failure::Unsupported => Self::new(
                501,
                "Not Implemented",
                "the account's plug does not support this: use a plug that does, or change its settings",
            ),
            Failure::Invalid(why) => Self::new(422, "Unprocessable Content", cut(&why)),
            Failure::CredentialsRejected => Self::new(
                502,
                "Bad Gateway",
                "the provider rejected the credentials of this connection: the operator must renew them",
            ),
            Failure::RateLimited(seconds) => Self::new(
                429,
                "Too Many Requests",
                "the provider limits the rate of requests: retry after the number of seconds in `retry-after`",
            )
            .retry_after(seconds.unwrap_or(RETRY_AFTER)),
            Failure::Unavailable(why) => Self::new(503, "Service Unavailable", cut(&why)).retry_after(RETRY_AFTER),
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_DETAIL_LEN).collect()
}
