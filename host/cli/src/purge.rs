//! Returns free memory to the system, even when the process goes idle after a burst.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Minimum time between two purges by one thread.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

thread_local! {
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Purges this thread's free memory, unless it did so within [`INTERVAL`].
pub(super) fn now_and_then() {
    LAST.with(|last| {
        let now = Instant::now();
        if last.get().is_none_or(|last| now.duration_since(last) >= INTERVAL) {
            last.set(Some(now));
            purge();
        }
    });
}

/// Returns freed memory to the system: what this thread has cached, and what belongs to no thread. The allocator itself
/// does so only when it is called.
fn purge() {
    // SAFETY: `mi_collect` takes no pointer and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
