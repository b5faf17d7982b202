//! Being told to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-c or SIGTERM, received from the moment that this is made.
pub struct Shutdown {
    interrupted: Signal,
    terminated: Signal,
}

impl Shutdown {
    /// Listens.
    ///
    /// # Errors
    /// Where the system does not let signals be heard.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Until one comes.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}
