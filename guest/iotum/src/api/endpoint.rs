//! The calls that are made, and what their refusals mean.

use cordboard_plug::{Failure, Response};
use serde_json::Value;

use crate::text::line;

/// One call of the enterprise API.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// What follows `/enterprise_api/`.
    pub path: &'static str,
    /// Whether to send it twice does no harm.
    pub repeatable: bool,
    /// Whether it names a conference, so that 404 is about that one.
    pub names_conference: bool,
}

impl Endpoint {
    /// `{email, password}` → `{auth_token}`
    pub const AUTHENTICATE: Self = Self { path: "authenticate", repeatable: true, names_conference: false };
    /// `{company_id?}` → `[{host_id, name, role, email?}]`
    pub const LIST_HOSTS: Self = Self { path: "host/fetch_all", repeatable: true, names_conference: false };
    /// `{host_id, subject, start, time_zone, duration}` → the conference
    pub const CREATE: Self = Self { path: "conference/create", repeatable: false, names_conference: false };
    /// `{conference_id, subject, start, time_zone, duration}` → the conference
    pub const UPDATE: Self = Self { path: "conference/update", repeatable: true, names_conference: true };

    /// The answer, if it is not a refusal.
    ///
    /// # Errors
    /// What its status means: credentials (401, 403), the conference or the API that is not there (404), the rate (429),
    /// the request itself (other 4xx, in iotum's words), or iotum (the rest).
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
