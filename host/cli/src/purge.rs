//! Returns free memory to the system, even when the process goes idle after a burst.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Minimum time between two purges by one thread.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

thread_local! {
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Purges this thread's free memory, unless it did so within [`INTERVAL`].
pub(super) fn now_and_then(purge: fn()) {
    LAST.with(|last| {
        let now = Instant::now();
        if last.get().is_none_or(|last| now.duration_since(last) >= INTERVAL) {
            last.set(Some(now));
            purge();
        }
    });
}
