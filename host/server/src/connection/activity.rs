//! Tracks whether a connection is busy, and since when it has been idle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::Notify;

/// A request has been received and not answered yet.
const BUSY: u64 = u64::MAX;
/// The response has been handed over, but possibly not flushed yet.
const ANSWERED: u64 = u64::MAX - 1;
/// The connection is being closed in favor of another.
const EVICTED: u64 = u64::MAX - 2;

/// The state of one connection, shared by its task, its stream and its service.
#[derive(Debug)]
pub(crate) struct Activity {
    // One of the above, or the start of the idle period in microseconds since `epoch`.
    state: AtomicU64,
    epoch: Instant,
    evicted: Notify,
    unread: AtomicBool,
}

impl Activity {
    /// Creates the state of a new connection, which is idle.
    pub fn new(epoch: Instant) -> Self {
        let new = Self { state: AtomicU64::new(0), epoch, evicted: Notify::new(), unread: AtomicBool::new(false) };
        new.state.store(new.now(), Ordering::SeqCst);
        new
    }

    /// Starts a request. The connection is busy until the result is dropped. Returns `None` if the connection is being
    /// closed in favor of another.
    pub fn begin(self: &Arc<Self>) -> Option<Busy> {
        let begun = |state| (state != EVICTED).then_some(BUSY);
        self.state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, begun).ok()?;
        self.unread.store(false, Ordering::SeqCst);
        Some(Busy(Arc::clone(self)))
    }

    /// Records that all written bytes have been flushed.
    pub fn flushed(&self) {
        if self.state.load(Ordering::Relaxed) == ANSWERED {
            let _ = self.state.compare_exchange(ANSWERED, self.now(), Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    /// Returns the start of the idle period, or `None` if the connection is busy.
    pub fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::SeqCst)).filter(|state| *state < EVICTED)
    }

    /// Closes the connection, unless it has received a request since `idle_since`. Returns whether it is closed.
    pub fn evict(&self, idle_since: u64) -> bool {
        let evicted = self.state.compare_exchange(idle_since, EVICTED, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if evicted {
            self.evicted.notify_one();
        }
        evicted
    }

    /// Waits until the connection must be closed.
    pub async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Whether the last request was answered without reading its body.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::SeqCst)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(EVICTED - 1)
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Busy(Arc<Activity>);

impl Busy {
    /// Records that the request was answered without reading its body.
    pub fn leave_unread(&self) {
        self.0.unread.store(true, Ordering::SeqCst);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.state.compare_exchange(BUSY, ANSWERED, Ordering::SeqCst, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_idle_connections_are_evicted() {
        let activity = Arc::new(Activity::new(Instant::now()));
        let since = activity.idle_since().unwrap();
        let busy = activity.begin().unwrap();
        assert_eq!(activity.idle_since(), None);
        assert!(!activity.evict(since), "a request has started");
        activity.flushed();
        assert_eq!(activity.idle_since(), None, "the response head may be flushed before the body");
        drop(busy);
        assert_eq!(activity.idle_since(), None, "the response is not flushed");
        activity.flushed();
        let since = activity.idle_since().unwrap();
        assert!(activity.evict(since) && activity.begin().is_none() && activity.idle_since().is_none());
    }
}
