//! Why a change was not made.

use std::fmt;

use crate::store::StoreError;
use crate::vault::VaultError;

/// Why a change was not made. What served goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleError {
    /// What was asked for cannot be; a sentence.
    Rejected(String),
    /// There is no such connection, app, plug or generation; a sentence.
    NotFound(String),
    /// The store or the host's key failed; a sentence.
    Unavailable(String),
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(sentence) | Self::NotFound(sentence) | Self::Unavailable(sentence) => {
                formatter.write_str(sentence)
            }
        }
    }
}

impl std::error::Error for LifecycleError {}

impl From<StoreError> for LifecycleError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(format!("the store failed: {error}"))
    }
}

impl From<VaultError> for LifecycleError {
    fn from(error: VaultError) -> Self {
        Self::Unavailable(error.0)
    }
}
