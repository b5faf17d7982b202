//! Shutdown on ctrl-c or SIGTERM.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for ctrl-c or SIGTERM. Signals count from its creation on.
pub struct Shutdown {
    interrupted: Signal,
    terminated: Signal,
}

impl Shutdown {
    /// Installs the signal handlers.
    ///
    /// # Errors
    /// Fails if a handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Completes when a signal arrives.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}
