//! What a request carries: of which type, and in which time.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use tokio::time::timeout;

use super::error::seconds;

/// How long the body of a request may take to come.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Whether a request says that it carries this, with parameters or without.
///
/// # Errors
/// A sentence on what it must say.
pub fn expect(headers: &HeaderMap, media_type: &str) -> Result<(), String> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()?.split(';').next());
    let is = given.is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type));
    is.then_some(()).ok_or_else(|| format!("send this with `Content-Type: {media_type}`"))
}

/// What comes of reading a body.
///
/// # Errors
/// A sentence on how soon it must come, where it does not.
pub async fn in_time<T>(reading: impl Future<Output = T>) -> Result<T, String> {
    let read = timeout(TIMEOUT, reading).await;
    read.map_err(|_| format!("the body did not come within {}: send it at once", seconds(TIMEOUT)))
}
