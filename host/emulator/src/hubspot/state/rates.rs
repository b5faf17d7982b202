//! Counts requests per account.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Instant;

use super::lock;
use crate::hubspot::Rate;

/// The kind of a request; each has its own count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateLimitKind {
    /// A request other than a search.
    Request,
    /// A search.
    Search,
}

/// Counts requests in a sliding window.
#[derive(Default)]
pub struct RateLimiter(Mutex<HashMap<(u64, RateLimitKind), VecDeque<Instant>>>);

impl RateLimiter {
    /// Counts a request of an account and returns the remaining quota. Returns `None` without counting the request if
    /// it exceeds the limit.
    pub fn count(&self, account: u64, kind: RateLimitKind, rate: Rate) -> Option<u32> {
        let now = Instant::now();
        let mut windows = lock(&self.0);
        let window = windows.entry((account, kind)).or_default();
        while window.front().is_some_and(|then| now.duration_since(*then) >= rate.window) {
            window.pop_front();
        }
        let remaining = rate.max.checked_sub(u32::try_from(window.len()).ok()?)?.checked_sub(1)?;
        window.push_back(now);
        Some(remaining)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn accounts_are_counted_separately_in_a_sliding_window() {
        let rate_limiter = RateLimiter::default();
        let rate = Rate { max: 2, window: Duration::from_millis(50) };
        let count = |account| rate_limiter.count(account, RateLimitKind::Request, rate);
        assert_eq!([count(1), count(1), count(1), count(2)], [Some(1), Some(0), None, Some(1)]);
        assert_eq!(rate_limiter.count(1, RateLimitKind::Search, rate), Some(1));
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(count(1), Some(1));
    }
}
