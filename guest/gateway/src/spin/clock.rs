//! Time and randomness.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cordboard_core::api_error::ApiError;
use cordboard_core::hex;
use futures::future::{Either, select};

pub use spin_sdk::time::sleep;

/// Returns the current time in epoch milliseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Returns 128 random bits.
///
/// # Errors
/// Returns an error if the host provides none.
pub fn random_bytes() -> Result<[u8; 16], ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ApiError::Unavailable("the host provides no random bytes".to_owned()))?;
    Ok(bytes)
}

/// Returns 128 random bits as 32 hexadecimal digits.
///
/// # Errors
/// Returns an error if the host provides none.
pub fn random_id() -> Result<String, ApiError> {
    Ok(hex(&random_bytes()?))
}

/// Awaits a future until a deadline, then drops it and returns `None`.
pub async fn until<T>(deadline: Instant, future: impl Future<Output = T>) -> Option<T> {
    let late = sleep(deadline.saturating_duration_since(Instant::now()));
    match select(std::pin::pin!(future), std::pin::pin!(late)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(((), _)) => None,
    }
}

/// Awaits a future for a time, then drops it and returns `None`.
pub async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    until(Instant::now() + time, future).await
}
