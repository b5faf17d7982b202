//! Time and chance.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cordboard_core::api_error::ApiError;
use cordboard_core::hex;
use futures::future::{Either, select};

/// Epoch milliseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// 128 random bits.
///
/// # Errors
/// Where the host has none to give.
pub fn random_bytes() -> Result<[u8; 16], ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| ApiError::Unavailable("the host has no randomness to give".to_owned()))?;
    Ok(bytes)
}

/// The same as 32 hexadecimal digits.
///
/// # Errors
/// Where the host has none to give.
pub fn random_id() -> Result<String, ApiError> {
    Ok(hex(&random_bytes()?))
}

/// What comes of a future until then; what is under way at that time is dropped.
pub async fn until<T>(deadline: Instant, future: impl Future<Output = T>) -> Option<T> {
    let late = spin_sdk::time::sleep(deadline.saturating_duration_since(Instant::now()));
    match select(std::pin::pin!(future), std::pin::pin!(late)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(((), _)) => None,
    }
}

/// What comes of a future within a time.
pub async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    until(Instant::now() + time, future).await
}

/// Lets time pass.
pub async fn sleep(duration: Duration) {
    spin_sdk::time::sleep(duration).await;
}
