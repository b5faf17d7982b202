//! Being told to read the configuration anew.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGHUP, received from the moment that this is made.
pub struct Sighup(Signal);

impl Sighup {
    /// Listens.
    ///
    /// # Errors
    /// Where the system does not let signals be heard.
    pub fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Until one comes.
    pub async fn received(&mut self) {
        self.0.recv().await;
    }
}
