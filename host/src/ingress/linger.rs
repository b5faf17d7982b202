//! The end of a connection whose last request was not read to its end.
//!
//! A socket that is closed with bytes in it resets the connection, and its sender may never see the answer. So what still
//! comes is thrown away for a moment.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

/// For so long.
const TIMEOUT: Duration = Duration::from_secs(1);
/// And so many bytes.
const MAX_BYTES: usize = 1 << 20;

/// How much is still thrown away.
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
    /// Ready once the other end has sent all that it wanted, or enough.
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
