//! Limits the log lines of one kind about an account's plugs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::rate_limiter::{RateLimiter, now};

/// One line is admitted per interval, and up to a burst's worth of intervals at once.
const INTERVAL: Duration = Duration::from_millis(500);
const BURST: Duration = Duration::from_secs(10);

/// Limits the rate of log lines and counts the suppressed ones.
#[derive(Debug, Default)]
pub struct LogLimiter {
    lines: RateLimiter,
    suppressed: AtomicU64,
}

impl LogLimiter {
    /// Returns the number of lines suppressed since the last one if another may be logged, and otherwise `None`.
    pub fn admit(&self) -> Option<u64> {
        if self.lines.try_acquire(now(), INTERVAL, BURST).is_ok() {
            return Some(self.suppressed.swap(0, Ordering::Relaxed));
        }
        self.suppressed.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_lines_are_suppressed_and_counted() {
        let limiter = LogLimiter::default();
        let logged = (0..1_000).filter(|_| limiter.admit().is_some()).count();
        assert!((20..30).contains(&logged), "{logged}");
        assert!(limiter.suppressed.load(Ordering::Relaxed) >= 970);
    }
}
