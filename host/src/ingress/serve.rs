//! Connections: how many, how long, how large their heads.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::patience::Patient;

/// Limits of a listener.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// Connections at a time; more wait in the system's queue.
    pub connections: usize,
    /// Header fields of a request; more are answered 431.
    pub headers: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Until a request's head is there, the idle time before it included.
    pub head_within: Duration,
    /// How long a connection may be, over its whole life, in taking what it is answered.
    pub read_within: Duration,
    /// Until requests under way must be answered when the host stops.
    pub drain_within: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            headers: 64,
            head_bytes: 32 << 10,
            head_within: Duration::from_secs(30),
            read_within: Duration::from_secs(10),
            drain_within: Duration::from_secs(10),
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
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_headers(limits.headers)
        .max_buf_size(limits.head_bytes);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let service = TowerToHyperService::new(router);
    tokio::pin!(stop);
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot.map_err(io::Error::other)?,
            () = &mut stop => break,
        };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, mostly: the next connection that closes frees one.
                    tracing::warn!("a connection could not be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // Answers are one small write; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let connection =
            builder.serve_connection(TokioIo::new(Patient::new(stream, limits.read_within)), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is its sender's affair; operations under way go on.
            let _ = connection.await;
            drop(slot);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.drain_within, graceful.shutdown()).await;
    Ok(())
}
