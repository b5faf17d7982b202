//! A group of servers that stop together, and their listeners.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::CliError;

/// Listens on an address. An error ends with `hint`.
pub async fn listen(address: SocketAddr, hint: &'static str) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| CliError::Listen { address, error, hint })
}

/// Running servers. Dropping them ends them at once.
#[derive(Default)]
pub struct ServerGroup {
    stop: watch::Sender<()>,
    tasks: JoinSet<io::Result<()>>,
}

impl ServerGroup {
    /// Starts a server, which must finish once [`stopped`](Self::stopped) completes.
    pub fn start(&mut self, server: impl Future<Output = io::Result<()>> + Send + 'static) {
        self.tasks.spawn(server);
    }

    /// Completes when the servers must stop.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // Nothing is ever sent: this waits until the sender is dropped.
            let _ = stop.changed().await;
        }
    }

    /// Completes when a server ends without being stopped.
    ///
    /// # Errors
    /// Fails if the server has failed.
    pub async fn ended(&mut self) -> Result<(), CliError> {
        match self.tasks.join_next().await {
            Some(ended) => result(ended),
            None => std::future::pending().await,
        }
    }

    /// Stops the servers, and waits until all have finished the requests in flight.
    ///
    /// # Errors
    /// Fails if a server has failed.
    pub async fn stop(self) -> Result<(), CliError> {
        let Self { stop, mut tasks } = self;
        drop(stop);
        let mut first = Ok(());
        while let Some(ended) = tasks.join_next().await {
            first = first.and(result(ended));
        }
        first
    }
}

fn result(ended: Result<io::Result<()>, JoinError>) -> Result<(), CliError> {
    Ok(ended??)
}
