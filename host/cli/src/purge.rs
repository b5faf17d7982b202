//! Memory that is free goes back to the system, also where nothing happens after a burst.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Until a thread gives memory back again.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

thread_local! {
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Purges what this thread holds, unless it did so a moment ago.
pub(super) fn now_and_then(purge: fn()) {
    LAST.with(|last| {
        let now = Instant::now();
        if last.get().is_none_or(|last| now.duration_since(last) >= INTERVAL) {
            last.set(Some(now));
            purge();
        }
    });
}
