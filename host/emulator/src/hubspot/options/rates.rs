//! Rate limits.

use std::time::Duration;

/// The rate limits of an account. By default, there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// The limit for requests other than searches.
    pub requests: Option<Rate>,
    /// The limit for searches.
    pub searches: Option<Rate>,
}

impl Rates {
    /// Returns HubSpot's limits for apps: 110 requests per ten seconds, five searches per second.
    pub fn documented() -> Self {
        let rate = |max, seconds| Some(Rate { max, window: Duration::from_secs(seconds) });
        Self { requests: rate(110, 10), searches: rate(5, 1) }
    }
}

/// A rate limit with a sliding window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The maximum number of requests in the window.
    pub max: u32,
    /// The length of the window.
    pub window: Duration,
}
