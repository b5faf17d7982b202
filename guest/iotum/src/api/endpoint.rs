//! The API calls, and the meaning of their error statuses.

use cordboard_plug::text::line;
use cordboard_plug::{Failure, Response};
use serde_json::Value;

/// The state entry that holds the session's token.
pub const TOKEN: &str = "auth-token";

/// A secret in an answer, which the host stores and hides from the plug and the journal.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    /// Its JSON pointer in the answer.
    pub pointer: &'static str,
    /// The key of the state entry in which the host stores it.
    pub key: &'static str,
}

/// One call of the enterprise API.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The path below `/enterprise_api/`.
    pub path: &'static str,
    /// Whether the call may be sent twice.
    pub idempotent: bool,
    /// Whether the request names a conference, so that 404 refers to it.
    pub names_conference: bool,
    /// The secret in its answer.
    pub capture: Option<Capture>,
}

/// Makes any visitor a moderator. The plug does not use it; capturing keeps it out of the journal. There is one state
/// entry, which each conference overwrites.
const MODERATOR_TOKEN: Option<Capture> = Some(Capture { pointer: "/moderator_token", key: "moderator-token" });

impl Endpoint {
    /// `{email, password}` → `{auth_token}`
    pub const AUTHENTICATE: Self = Self {
        path: "authenticate",
        idempotent: true,
        names_conference: false,
        capture: Some(Capture { pointer: "/auth_token", key: TOKEN }),
    };
    /// `{company_id?}` → `[{host_id, name, role, email?}]`
    pub const LIST_HOSTS: Self =
        Self { path: "host/fetch_all", idempotent: true, names_conference: false, capture: None };
    /// `{host_id, subject, start, time_zone, duration}` → the conference
    pub const CREATE: Self =
        Self { path: "conference/create", idempotent: false, names_conference: false, capture: MODERATOR_TOKEN };
    /// `{conference_id, subject, start, time_zone, duration}` → the conference
    pub const UPDATE: Self =
        Self { path: "conference/update", idempotent: true, names_conference: true, capture: MODERATOR_TOKEN };

    /// Returns a successful answer.
    ///
    /// # Errors
    /// Maps the status to a failure: rejected credentials (401, 403), a missing conference or API (404), a rate limit
    /// (429), an invalid request (other 4xx, with iotum's message), or an unavailable API (the rest).
    pub fn judge(self, response: Response) -> Result<Response, Failure> {
        let path = self.path;
        Err(match response.status() {
            200..300 => return Ok(response),
            401 | 403 => Failure::CredentialsRejected,
            404 if self.names_conference => Failure::NotFound,
            404 => Failure::Unavailable(format!("iotum answered 404 to {path}: check the setting `host`")),
            429 => Failure::RateLimited(response.retry_after()),
            status @ 300..400 => {
                Failure::Unavailable(format!("iotum redirects {path} ({status}): check the setting `host`"))
            }
            status @ 400..500 if status != 408 => Failure::Invalid(match message(&response) {
                Some(message) => format!("iotum rejected {path}: {message}"),
                None => format!("iotum rejected {path} with status {status} and gave no reason"),
            }),
            status => Failure::Unavailable(format!("iotum answered {status} to {path}")),
        })
    }
}

/// Returns iotum's error message.
fn message(response: &Response) -> Option<String> {
    let answer: Value = serde_json::from_slice(response.body()).ok()?;
    let message = line(answer.get("message")?.as_str()?, 200);
    (!message.is_empty()).then_some(message)
}
