//! Reads request bodies within limits of size, time and memory.

mod budget;

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout_at};

use cordboard_bridge::flow::ApiError;

use budget::Reservation;

pub(crate) use budget::{BodyBudget, BudgetHandle};

/// Initial room for a body without `content-length`, in bytes. It doubles as the body grows.
const INITIAL_CAPACITY: usize = 16 << 10;

/// Returns the length that `content-length` announces.
pub(crate) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body within limits.
pub(crate) struct BodyReader {
    /// Maximum size, in bytes.
    pub max: usize,
    /// Time limit for the whole body.
    pub timeout: Duration,
    /// What each byte is reserved in before it is buffered, if memory is limited.
    pub budget: Option<BudgetHandle>,
}

impl BodyReader {
    /// Reads a body. Its reservation lasts until the last clone of the bytes is dropped.
    ///
    /// # Errors
    /// Fails if the body is too large, too slow or cut short, or if the budget is exhausted.
    pub async fn read(&self, announced: Option<usize>, mut body: Body) -> Result<Bytes, ApiError> {
        let Self { max, timeout, budget } = self;
        if announced.is_some_and(|length| length > *max) {
            return Err(ApiError::BodyTooLarge(*max));
        }
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let mut room = announced.unwrap_or(INITIAL_CAPACITY.min(*max));
        let reservation = match budget {
            Some(budget) => Some(budget.reserve(room).await?),
            None => None,
        };
        let mut held = Held { bytes: Vec::with_capacity(room), reservation };
        let until = Instant::now() + *timeout;
        while let Some(frame) = timeout_at(until, body.frame()).await.map_err(|_| ApiError::BodyTimeout)? {
            // Trailers are ignored: no sender signs them.
            let Ok(data) = frame.map_err(|_| interrupted())?.into_data() else { continue };
            let length = held.bytes.len().saturating_add(data.len());
            if length > *max {
                return Err(ApiError::BodyTooLarge(*max));
            }
            if length > room {
                let capacity = length.max(room.saturating_mul(2)).min(*max);
                if let (Some(budget), Some(reservation)) = (budget, &mut held.reservation) {
                    budget.grow(reservation, capacity.saturating_sub(room)).await?;
                }
                held.bytes.reserve_exact(capacity.saturating_sub(held.bytes.len()));
                room = capacity;
            }
            held.bytes.extend_from_slice(&data);
        }
        Ok(Bytes::from_owner(held))
    }
}

/// Returns the error for a body that is cut short.
pub(crate) fn interrupted() -> ApiError {
    ApiError::Malformed("the body ends before its announced length: send it whole".to_owned())
}

/// A body with its reservation in the budget.
struct Held {
    bytes: Vec<u8>,
    reservation: Option<Reservation>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
