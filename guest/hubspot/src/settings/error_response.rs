//! Reads HubSpot's error responses: `{status, message, correlationId, category, …}`, all of them optional.

use cordboard_plug::text::line;
use cordboard_plug::{ErrorResponse, Response, SettingsError};
use serde_json::Value;

/// How much of HubSpot's message is passed on, in characters.
const MAX_MESSAGE_LEN: usize = 400;

/// Returns a successful response.
///
/// # Errors
/// Returns the error that the status indicates.
pub fn judge(response: Response) -> Result<Response, SettingsError> {
    let status = response.status();
    Err(match status {
        200..300 => return Ok(response),
        300..400 => SettingsError::Unavailable(format!("HubSpot redirects the request ({status}): correct `api-url`")),
        429 => SettingsError::RateLimited(response.retry_after()),
        _ => match (status, read(&response)) {
            (401 | 403, error_response) => {
                SettingsError::Unauthorized(error_response.unwrap_or_else(|| silent(status)))
            }
            (404, error_response) => SettingsError::NotFound(error_response.unwrap_or_else(|| silent(status))),
            (_, Some(error_response)) => SettingsError::Refused(error_response),
            (500.., None) => SettingsError::Unavailable(format!("HubSpot answered {status} with no reason: try again")),
            (_, None) => SettingsError::Refused(silent(status)),
        },
    })
}

/// Returns an error response without a reason.
pub fn silent(status: u16) -> ErrorResponse {
    ErrorResponse { status, category: String::new(), message: String::new(), correlation_id: None }
}

/// Parses HubSpot's error response, if it has a message.
fn read(response: &Response) -> Option<ErrorResponse> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    let text =
        |name: &str| body.get(name)?.as_str().map(|text| line(text, MAX_MESSAGE_LEN)).filter(|text| !text.is_empty());
    Some(ErrorResponse {
        status: response.status(),
        category: text("category").unwrap_or_default(),
        message: text("message")?,
        correlation_id: text("correlationId"),
    })
}
