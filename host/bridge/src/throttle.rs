//! Limits log lines that strangers or plugs can trigger.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::rate_limiter::{RateLimiter, now};

/// Throttles log lines of one kind, and counts the suppressed ones.
#[derive(Debug, Default)]
pub struct Throttle {
    lines: RateLimiter,
    suppressed: AtomicU64,
}

impl Throttle {
    /// Returns the number of lines suppressed since the last one if another is due, and otherwise `None`. One line a
    /// second is due.
    pub fn due(&self) -> Option<u64> {
        self.due_at(Duration::from_secs(1), Duration::from_secs(1))
    }

    /// Like [`due`](Self::due), but two lines a second are due, and up to twenty at once.
    pub fn due_in_burst(&self) -> Option<u64> {
        self.due_at(Duration::from_millis(500), Duration::from_secs(10))
    }

    fn due_at(&self, interval: Duration, burst: Duration) -> Option<u64> {
        if self.lines.try_acquire(now(), interval, burst).is_ok() {
            return Some(self.suppressed.swap(0, Ordering::Relaxed));
        }
        self.suppressed.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_flood_logs_one_line_a_second() {
        let throttle = Throttle::default();
        let began = Instant::now();
        let lines = (0..1000).filter_map(|_| throttle.due()).count() as u64;
        assert!(lines >= 1 && lines <= 1 + began.elapsed().as_secs(), "{lines}");
    }

    #[test]
    fn lines_beyond_the_burst_are_suppressed_and_counted() {
        let throttle = Throttle::default();
        let logged = (0..1_000).filter(|_| throttle.due_in_burst().is_some()).count();
        assert!((20..30).contains(&logged), "{logged}");
        assert!(throttle.suppressed.load(Ordering::Relaxed) >= 970);
    }
}
