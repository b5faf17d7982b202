//! Checks the media type and the arrival time of request bodies.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use tokio::time::timeout;

use super::error::seconds;

/// The time limit for receiving a body.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Checks the media type of a request, ignoring its parameters.
///
/// # Errors
/// Returns a message with the required media type.
pub fn require_media_type(headers: &HeaderMap, media_type: &str) -> Result<(), String> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()?.split(';').next());
    let is = given.is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type));
    is.then_some(()).ok_or_else(|| format!("unsupported media type: send `Content-Type: {media_type}`"))
}

/// Awaits the reading of a body.
///
/// # Errors
/// Returns a message if it times out.
pub async fn with_timeout<T>(reading: impl Future<Output = T>) -> Result<T, String> {
    let read = timeout(TIMEOUT, reading).await;
    read.map_err(|_| format!("the body did not arrive within {}: send it faster", seconds(TIMEOUT)))
}
