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

use crate::ingress::layers;

use super::connections::Connections;
use super::peers::PeerLimit;
use super::write_timeout::WriteTimeout;

/// Limits of a listener.
#[derive(Clone, Debug)]
pub struct ServeLimits {
    /// Maximum number of open connections. Above it, the longest-idle one is closed for the next.
    pub connections: usize,
    /// Maximum number of open connections per peer.
    pub per_peer: PeerLimit,
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
            connections: 1024,
            per_peer: PeerLimit::default(),
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
    let connections = Connections::new(limits.connections, limits.per_peer.clone());
    serve_counted(listener, router, limits, connections, stop).await
}

/// Like [`serve`], with shared `connections`, whose limits replace those of `limits`.
///
/// # Errors
/// Returns an error if the listener fails permanently.
pub async fn serve_counted(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    connections: Arc<Connections>,
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
            accepted = connections.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let slot = tokio::select! {
            slot = connections.admit(address) => slot,
            () = &mut stop => break,
        };
        let Some(slot) = slot else { continue };
        // A response is one small write, which Nagle's algorithm would only delay.
        let _ = stream.set_nodelay(true);
        let stream = WriteTimeout::new(stream, Arc::clone(&slot.activity), limits.read_timeout);
        let service = TowerToHyperService::new(layers(router.clone(), Arc::clone(&slot.activity)));
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
