//! How many lines of a kind are logged about what one account's plugs do.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::rate_limiter::{RateLimiter, now};

/// One line per so much time, and so much at once.
const INTERVAL: Duration = Duration::from_millis(500);
const BURST: Duration = Duration::from_secs(10);

/// Bounds the rate of log lines and counts those that it suppresses.
#[derive(Debug, Default)]
pub struct LogLimiter {
    lines: RateLimiter,
    suppressed: AtomicU64,
}

impl LogLimiter {
    /// Whether to log another line: how many were suppressed before it.
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
    fn lines_are_bounded_and_those_suppressed_are_counted() {
        let limiter = LogLimiter::default();
        let logged = (0..1_000).filter(|_| limiter.admit().is_some()).count();
        assert!((20..30).contains(&logged), "{logged}");
        assert!(limiter.suppressed.load(Ordering::Relaxed) >= 970);
    }
}
