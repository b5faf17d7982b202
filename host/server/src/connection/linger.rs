//! Lingering close for connections whose last request was not read to its end.
//!
//! Closing a socket with unread bytes resets the connection, and the peer may never see the response. So incoming bytes
//! are discarded for a moment first.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Maximum time to discard bytes.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum number of bytes to discard.
const MAX_BYTES: usize = 1 << 20;

/// The time and bytes left to discard.
pub(super) struct Linger {
    end: Pin<Box<Sleep>>,
    left: usize,
}

impl Default for Linger {
    fn default() -> Self {
        Self { end: Box::pin(sleep(TIMEOUT)), left: MAX_BYTES }
    }
}

impl Linger {
    /// Discards incoming bytes. Ready once the peer is done or a limit is reached.
    pub fn poll<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 8 << 10];
        while self.left > 0 && self.end.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::uninit(&mut buffer);
            let read = ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
            self.left = self.left.saturating_sub(buffer.filled().len());
        }
        Poll::Ready(())
    }
}
