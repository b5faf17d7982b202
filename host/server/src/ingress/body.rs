//! Reads request bodies within limits of size, time and memory.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{Instant, timeout_at};

use cordboard_bridge::flow::ApiError;

use super::budget::{BudgetHandle, Reservation};

/// Initial reservation for a body without `content-length`, in bytes. It doubles as the body grows.
const INITIAL_CAPACITY: usize = 16 << 10;

/// Returns the length that `content-length` announces.
pub(crate) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// Fails if the body is too large, too slow or cut short.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize, within: Duration) -> Result<Bytes, ApiError> {
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(ApiError::BodyTooLarge(limit));
    }
    match tokio::time::timeout(within, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::BodyTooLarge(limit)),
        Ok(Err(_)) => Err(interrupted()),
        Err(_) => Err(ApiError::BodyTimeout),
    }
}

/// Reads a body of at most `limit` bytes, each reserved in a budget before it is buffered. The reservation lasts until
/// the last clone of the bytes is dropped.
///
/// # Errors
/// Fails if the body is too large, too slow or cut short, or if the budget is exhausted.
pub(super) async fn read_timeout(
    budget: &BudgetHandle,
    announced: Option<usize>,
    mut body: Body,
    limit: usize,
    within: Duration,
) -> Result<Bytes, ApiError> {
    if announced.is_some_and(|length| length > limit) {
        return Err(ApiError::BodyTooLarge(limit));
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut room = announced.unwrap_or(INITIAL_CAPACITY.min(limit));
    let mut held = Held { bytes: Vec::new(), reservation: budget.reserve(room).await? };
    held.bytes.reserve_exact(room);
    let until = Instant::now() + within;
    while let Some(frame) = timeout_at(until, body.frame()).await.map_err(|_| ApiError::BodyTimeout)? {
        // Trailers are ignored: no sender signs them.
        let Ok(data) = frame.map_err(|_| interrupted())?.into_data() else { continue };
        let length = held.bytes.len().saturating_add(data.len());
        if length > limit {
            return Err(ApiError::BodyTooLarge(limit));
        }
        if length > room {
            let wanted = length.max(room.saturating_mul(2)).min(limit);
            budget.grow(&mut held.reservation, wanted.saturating_sub(room)).await?;
            held.bytes.reserve_exact(wanted.saturating_sub(held.bytes.len()));
            room = wanted;
        }
        held.bytes.extend_from_slice(&data);
    }
    Ok(Bytes::from_owner(held))
}

fn interrupted() -> ApiError {
    ApiError::Malformed("the body ends before its announced length: send it whole".to_owned())
}

/// A body with its reservation in the budget.
struct Held {
    bytes: Vec<u8>,
    reservation: Reservation,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
