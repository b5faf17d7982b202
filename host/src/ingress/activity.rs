//! Whether a connection is at work, or since when it is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::Notify;

/// A request was taken from it, and is not answered yet.
const BUSY: u64 = u64::MAX;
/// The answer is handed over, and may not be on its way yet.
const ANSWERED: u64 = u64::MAX - 1;
/// Another connection gets its place.
const EVICTED: u64 = u64::MAX - 2;

/// The state of one connection, known to all that deal with it.
#[derive(Debug)]
pub(super) struct Activity {
    // One of the above; or since when nothing is under way, in microseconds from `epoch` on.
    state: AtomicU64,
    epoch: Instant,
    evicted: Notify,
    unread: AtomicBool,
}

impl Activity {
    /// Of a connection that has just come.
    pub fn new(epoch: Instant) -> Self {
        let new = Self { state: AtomicU64::new(0), epoch, evicted: Notify::new(), unread: AtomicBool::new(false) };
        new.state.store(new.now(), Ordering::SeqCst);
        new
    }

    /// Takes a request up; until the result is dropped the connection is at work. None where the connection is being
    /// closed for another one.
    pub fn begin(self: &Arc<Self>) -> Option<Busy> {
        let begun = |state| (state != EVICTED).then_some(BUSY);
        self.state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, begun).ok()?;
        self.unread.store(false, Ordering::SeqCst);
        Some(Busy(Arc::clone(self)))
    }

    /// All that was written is on its way.
    pub fn flushed(&self) {
        if self.state.load(Ordering::Relaxed) == ANSWERED {
            let _ = self.state.compare_exchange(ANSWERED, self.now(), Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    /// Since when nothing is under way; none where something is.
    pub fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::SeqCst)).filter(|state| *state < EVICTED)
    }

    /// Has the connection closed, unless a request came since then.
    pub fn evict(&self, idle_since: u64) -> bool {
        let evicted = self.state.compare_exchange(idle_since, EVICTED, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if evicted {
            self.evicted.notify_one();
        }
        evicted
    }

    /// Ready once the connection is to be closed.
    pub async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Notes that the answer was given without reading the request's body.
    pub fn leave_unread(&self) {
        self.unread.store(true, Ordering::SeqCst);
    }

    /// Whether the last answer was given without reading the request's body.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::SeqCst)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(EVICTED - 1)
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Busy {
    /// As [`Activity::leave_unread`].
    pub fn leave_unread(&self) {
        self.0.leave_unread();
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
    fn only_what_is_idle_is_closed() {
        let activity = Arc::new(Activity::new(Instant::now()));
        let since = activity.idle_since().unwrap();
        let busy = activity.begin().unwrap();
        assert_eq!(activity.idle_since(), None);
        assert!(!activity.evict(since), "a request came meanwhile");
        activity.flushed();
        assert_eq!(activity.idle_since(), None, "its head may be sent before its body");
        drop(busy);
        assert_eq!(activity.idle_since(), None, "the answer is not on its way");
        activity.flushed();
        let since = activity.idle_since().unwrap();
        assert!(activity.evict(since) && activity.begin().is_none() && activity.idle_since().is_none());
    }
}
