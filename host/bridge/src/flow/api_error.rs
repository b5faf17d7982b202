//! Conversions into [`ApiError`], and from it into a [`Reply`].

use cordboard_core::api_error::ApiError;

use crate::topology::LimitExceeded;

use super::respond::Reply;

impl From<&ApiError> for Reply {
    fn from(error: &ApiError) -> Self {
        error.problem().into()
    }
}

impl From<LimitExceeded> for ApiError {
    fn from(exceeded: LimitExceeded) -> Self {
        Self::RateLimited { reason: exceeded.reason(), why: exceeded.to_string(), retry_after: exceeded.seconds() }
    }
}

/// Returns the error for a system without randomness.
pub(super) fn no_randomness(_: getrandom::Error) -> ApiError {
    ApiError::Unavailable("the system has no randomness".to_owned())
}
