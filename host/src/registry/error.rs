//! Why the plugs of a configuration are not available.

use crate::plug::EngineError;
use crate::plug::library::LibraryError;
use crate::vault::VaultError;

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
