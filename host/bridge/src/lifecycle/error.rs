//! Errors of lifecycle operations.

use tokio::task::JoinError;

use crate::registry::{PlugError, RegistryError};
use cordboard_config::ConfigError;
use cordboard_library::LibraryError;
use cordboard_store::{OwnerId, StoreError};
use cordboard_vault::VaultError;

/// Why a change was not made. What served before still serves. After a restart the change may serve all the same, if
/// the store does not know whether it has it ([`StoreErrorKind::Unknown`](cordboard_store::StoreErrorKind::Unknown)).
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// The change is invalid. Says why, with a fix.
    #[error("{0}")]
    Rejected(String),
    /// There is no such connection, app, plug or generation. Says which, with a fix.
    #[error("{0}")]
    NotFound(String),
    /// The configuration file is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The plug cannot be loaded.
    #[error(transparent)]
    Plug(#[from] PlugError),
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] StoreError),
    /// The host's key failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The library of plugs failed, or the host is stopping.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A stored generation cannot be read.
    #[error("cannot read generation {number} of {of}, which another version wrote: run that version of cordboard")]
    Unreadable {
        /// The number of the generation.
        number: u64,
        /// The connection or app.
        of: OwnerId,
    },
}

impl From<LibraryError> for LifecycleError {
    fn from(error: LibraryError) -> Self {
        Self::Registry(error.into())
    }
}

impl From<JoinError> for LifecycleError {
    fn from(error: JoinError) -> Self {
        Self::Registry(error.into())
    }
}
