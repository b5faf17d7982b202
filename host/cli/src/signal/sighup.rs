//! Reload on SIGHUP.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for SIGHUP. Signals count from its creation on.
pub struct Sighup(Signal);

impl Sighup {
    /// Installs the signal handler.
    ///
    /// # Errors
    /// Fails if the handler cannot be installed.
    pub fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Completes when a signal arrives.
    pub async fn received(&mut self) {
        self.0.recv().await;
    }
}
