//! Serves a listener with limits on connections, request heads and time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use super::connections::Connections;
use super::keep_busy::KeepBusy;
use super::peers::PeerLimit;
use super::write_timeout::WriteTimeout;

/// Limits of a listener.
#[derive(Debug)]
pub struct ServeLimits {
    /// The open connections, with their limits in total and per peer.
    pub connections: Arc<Connections>,
    /// Maximum number of header fields in a request; more get 431.
    pub headers: usize,
    /// Maximum size of a request head, in bytes.
    pub head_bytes: usize,
    /// Time limit for receiving a request head, including the idle time before it.
    pub head_timeout: Duration,
    /// Total time that the peer of a connection may take to read responses.
    pub read_timeout: Duration,
    /// Time limit for answering requests in flight during shutdown.
    pub drain_timeout: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections: Connections::new(1024, PeerLimit::default()),
            headers: 64,
            head_bytes: 32 << 10,
            head_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// Serves until `stop` is ready, then waits for requests in flight.
///
/// # Errors
/// Returns an error if the listener fails permanently.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_headers(limits.headers)
        .max_buf_size(limits.head_bytes);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        // Accept before acquiring a slot, so that an idle connection is evicted only if another is waiting.
        let (stream, address) = tokio::select! {
            accepted = limits.connections.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let slot = tokio::select! {
            slot = limits.connections.admit(address) => slot,
            () = &mut stop => break,
        };
        let Some(slot) = slot else { continue };
        // A response is one small write, which Nagle's algorithm would only delay.
        let _ = stream.set_nodelay(true);
        let stream = WriteTimeout::new(stream, Arc::clone(&slot.activity), limits.read_timeout);
        let service = KeepBusy { inner: router.clone(), activity: Arc::clone(&slot.activity) };
        let service = TowerToHyperService::new(service);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            tokio::select! {
                // Ignore errors of the connection: operations in flight continue without it.
                _ = connection => {}
                () = slot.activity.evicted() => {}
            }
            drop(slot);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.drain_timeout, graceful.shutdown()).await;
    Ok(())
}
