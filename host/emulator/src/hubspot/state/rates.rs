//! How often each account has asked.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Instant;

use super::lock;
use crate::hubspot::Rate;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Any request but a search.
    Request,
    /// A search.
    Search,
}

/// Counts requests in a time that rolls on.
#[derive(Default)]
pub struct RateLimiter(Mutex<HashMap<(u64, Counted), VecDeque<Instant>>>);

impl RateLimiter {
    /// Counts one request of an account, and says how many more there may be; none where this is one too many, which is
    /// not counted.
    pub fn count(&self, account: u64, counted: Counted, rate: Rate) -> Option<u32> {
        let now = Instant::now();
        let mut windows = lock(&self.0);
        let window = windows.entry((account, counted)).or_default();
        while window.front().is_some_and(|then| now.duration_since(*then) >= rate.within) {
            window.pop_front();
        }
        let left = rate.max.checked_sub(u32::try_from(window.len()).ok()?)?.checked_sub(1)?;
        window.push_back(now);
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn accounts_are_counted_apart_and_time_rolls_on() {
        let rate_limiter = RateLimiter::default();
        let rate = Rate { max: 2, within: Duration::from_millis(50) };
        let count = |account| rate_limiter.count(account, Counted::Request, rate);
        assert_eq!([count(1), count(1), count(1), count(2)], [Some(1), Some(0), None, Some(1)]);
        assert_eq!(rate_limiter.count(1, Counted::Search, rate), Some(1));
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(count(1), Some(1));
    }
}
