//! Why the plugs of a configuration are not available.

use cordboard_library::{AdmitError, LibraryError};
use cordboard_runtime::EngineError;
use cordboard_vault::VaultError;

/// Why the registry is not available. Each message names a fix.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The wasm engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The library of plugs cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The host's key cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A task was interrupted, because the process is ending.
    #[error("the host is stopping: try again once it has restarted")]
    Stopping(#[from] tokio::task::JoinError),
}

/// Why a plug of a configuration cannot be loaded. Each message names a fix, but the last.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PlugError {
    /// There is no such built-in plug. Holds the names of those that there are.
    #[error("no built-in plug has this name: use one of {0}, or name a file")]
    NoSuchName(String),
    /// The plug's file was not admitted.
    #[error(transparent)]
    Admit(#[from] AdmitError),
    /// The library does not have the plug, or cannot load it.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The plug is not one of the configuration's.
    #[error("the plug was not loaded")]
    NotLoaded,
}
