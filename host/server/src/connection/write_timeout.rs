//! A write timeout for connections.
//!
//! Without it, peers that send requests and never read the responses could hold all connections forever.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::Activity;
use super::linger::Linger;

/// A stream with a budget of time to wait for writes. The budget covers the whole connection, so that a peer that reads
/// one byte at a time exhausts it, too.
pub(super) struct WriteTimeout<S> {
    stream: S,
    activity: Arc<Activity>,
    left: Duration,
    waiting: Option<Waiting>,
    linger: Option<Linger>,
}

struct Waiting {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl<S> WriteTimeout<S> {
    /// Wraps a stream. `timeout` is the total time to wait for writes; `activity` is notified of flushes.
    pub fn new(stream: S, activity: Arc<Activity>, timeout: Duration) -> Self {
        Self { stream, activity, left: timeout, waiting: None, linger: None }
    }

    /// Charges the time spent waiting for a write, and fails once the budget is exhausted.
    fn counted<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if let Some(waiting) = self.waiting.take() {
                self.left = self.left.saturating_sub(waiting.since.elapsed());
            }
            return written;
        }
        let left = self.left;
        let waiting = self.waiting.get_or_insert_with(|| {
            let since = Instant::now();
            Waiting { since, end: Box::pin(sleep_until(since + left)) }
        });
        ready!(waiting.end.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer does not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.counted(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.counted(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if let Poll::Ready(Ok(())) = flushed {
            self.activity.flushed();
        }
        self.counted(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            if !self.activity.is_unread() {
                return Poll::Ready(Ok(()));
            }
        }
        let Self { stream, linger, .. } = &mut *self;
        linger.get_or_insert_default().poll(stream, context).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    fn with_timeout<S>(stream: S) -> WriteTimeout<S> {
        WriteTimeout::new(stream, Arc::new(Activity::new(std::time::Instant::now())), TIMEOUT)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_never_reads_times_out() {
        let (near, _far) = duplex(8);
        let mut near = with_timeout(near);
        let began = Instant::now();
        assert_eq!(near.write_all(&[0; 100]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= TIMEOUT && began.elapsed() < TIMEOUT * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_slowly_times_out() {
        let (near, mut far) = duplex(8);
        let mut near = with_timeout(near);
        let writing = tokio::spawn(async move { near.write_all(&[0; 1000]).await });
        let began = Instant::now();
        let mut read = 0;
        while !writing.is_finished() {
            tokio::time::sleep(TIMEOUT / 4).await;
            let mut byte = [0];
            read += far.read(&mut byte).await.unwrap();
        }
        assert_eq!(writing.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(read < 10 && began.elapsed() < TIMEOUT * 2, "{read} {:?}", began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_between_writes_is_not_charged() {
        let (near, mut far) = duplex(64);
        let mut near = with_timeout(near);
        for _ in 0..10 {
            near.write_all(&[0; 50]).await.unwrap();
            tokio::time::sleep(TIMEOUT).await;
            far.read_exact(&mut [0; 50]).await.unwrap();
        }
    }
}
