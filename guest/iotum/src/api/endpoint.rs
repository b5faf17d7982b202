//! The calls that are made, and what their refusals mean.

use cordboard_plug::text::line;
use cordboard_plug::{Failure, Response};
use serde_json::Value;

/// The state entry that holds the session's token.
pub const TOKEN: &str = "auth-token";

/// What is kept from this plug, and from what the host writes down of the call.
#[derive(Clone, Copy, Debug)]
pub struct Capture {
    /// Where it stands in the answer.
    pub pointer: &'static str,
    /// Under which state entry the host keeps it.
    pub key: &'static str,
}

/// One call of the enterprise API.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// What follows `/enterprise_api/`.
    pub path: &'static str,
    /// Whether to send it twice does no harm.
    pub idempotent: bool,
    /// Whether it names a conference, so that 404 is about that one.
    pub names_conference: bool,
    /// The secret in its answer.
    pub capture: Option<Capture>,
}

/// Makes a moderator of any visitor. Nothing here uses it: captured, it is one state entry, which the next conference's
/// replaces, and not a line in the journal of each.
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

    /// The answer, if it is not a refusal.
    ///
    /// # Errors
    /// What its status means: credentials (401, 403), the conference or the API that is not there (404), the rate
    /// (429), the request itself (other 4xx, in iotum's words), or iotum (the rest).
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
                Some(message) => format!("iotum refuses {path}: {message}"),
                None => format!("iotum refuses {path} with status {status} and gives no reason"),
            }),
            status => Failure::Unavailable(format!("iotum answered {status} to {path}")),
        })
    }
}

/// Why, in iotum's words.
fn message(response: &Response) -> Option<String> {
    let answer: Value = serde_json::from_slice(response.body()).ok()?;
    let message = line(answer.get("message")?.as_str()?, 200);
    (!message.is_empty()).then_some(message)
}
