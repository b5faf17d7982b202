//! Conversions into [`ApiError`].

use cordboard_core::api_error::ApiError;

use crate::topology::LimitExceeded;

impl From<LimitExceeded> for ApiError {
    fn from(exceeded: LimitExceeded) -> Self {
        Self::RateLimited { reason: exceeded.reason(), why: exceeded.to_string(), retry_after: exceeded.seconds() }
    }
}

/// Returns the error for a system without randomness.
pub(super) fn no_randomness(_: getrandom::Error) -> ApiError {
    ApiError::Unavailable("the system has no randomness".to_owned())
}
