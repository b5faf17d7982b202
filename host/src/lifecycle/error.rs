//! Why a change was not made.

use std::fmt;

use crate::store::StoreError;
use crate::vault::VaultError;

/// Why a change was not made. What served goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleError {
    /// What was asked for cannot be; a sentence.
    Refused(String),
    /// There is no such connection, app, plug or generation; a sentence.
    Unknown(String),
    /// The store or the host's key failed; a sentence.
    Ours(String),
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(sentence) | Self::Unknown(sentence) | Self::Ours(sentence) => formatter.write_str(sentence),
        }
    }
}

impl std::error::Error for LifecycleError {}

impl From<StoreError> for LifecycleError {
    fn from(error: StoreError) -> Self {
        Self::Ours(format!("the store failed: {error}"))
    }
}

impl From<VaultError> for LifecycleError {
    fn from(error: VaultError) -> Self {
        Self::Ours(error.0)
    }
}
