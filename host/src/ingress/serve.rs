//! Serving a listener: how long connections last, and how large the heads of their requests are.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use super::connections::Connections;
use super::peers::PeerLimit;
use super::service::Tracked;
use super::write_timeout::WriteTimeout;

/// Limits of a listener.
#[derive(Clone, Debug)]
pub struct ServeLimits {
    /// Connections at a time. Where all are taken, the one that is idle longest is closed for the next.
    pub connections: usize,
    /// Connections of one peer.
    pub per_peer: PeerLimit,
    /// Header fields of a request; more are answered 431.
    pub headers: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Until a request's head is there, the idle time before it included.
    pub head_timeout: Duration,
    /// How long a connection may be, over its whole life, in taking what it is answered.
    pub read_timeout: Duration,
    /// Until requests under way must be answered when the host stops.
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

/// Serves until `stop` is ready, then lets requests under way be answered.
///
/// # Errors
/// Where the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ServeLimits,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let connections = Connections::new(limits.connections, limits.per_peer.clone());
    serve_counted(listener, router, limits, connections, stop).await
}

/// As [`serve`], with connections that others look at; how many there may be, they know.
///
/// # Errors
/// As [`serve`].
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
        // It is accepted before there is a slot for it: who makes room for nobody is not closed.
        let (stream, address) = tokio::select! {
            accepted = connections.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        let slot = tokio::select! {
            slot = connections.admit(address) => slot,
            () = &mut stop => break,
        };
        let Some(slot) = slot else { continue };
        // Answers are one small write; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let stream = WriteTimeout::new(stream, Arc::clone(&slot.activity), limits.read_timeout);
        let service = Tracked::new(router.clone(), Arc::clone(&slot.activity));
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            tokio::select! {
                // A connection that breaks is its sender's affair; operations under way go on.
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
