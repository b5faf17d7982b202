//! Errors of lifecycle operations.

use std::fmt;

use crate::registry::RegistryError;
use crate::store::StoreError;
use crate::vault::VaultError;

/// Why a change was not made. What served before still serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleError {
    /// The change is invalid. Says why, with a fix.
    Rejected(String),
    /// There is no such connection, app, plug or generation. Says which, with a fix.
    NotFound(String),
    /// The store or the host's key failed. Says how.
    Unavailable(String),
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(message) | Self::NotFound(message) | Self::Unavailable(message) => {
                formatter.write_str(message)
            }
        }
    }
}

impl std::error::Error for LifecycleError {}

impl From<RegistryError> for LifecycleError {
    fn from(error: RegistryError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

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
