//! Being told to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-c or SIGTERM, heard from the moment that this is made.
pub struct Stop {
    interrupted: Signal,
    terminated: Signal,
}

impl Stop {
    /// Listens.
    ///
    /// # Errors
    /// Where the system does not let signals be heard.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { interrupted: signal(SignalKind::interrupt())?, terminated: signal(SignalKind::terminate())? })
    }

    /// Until one comes.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupted.recv() => {}
            _ = self.terminated.recv() => {}
        }
    }
}
