//! How often HubSpot may be asked.

use std::time::Duration;

/// How often HubSpot may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Requests for an account, search aside.
    pub requests: Option<Rate>,
    /// Searches for an account.
    pub searches: Option<Rate>,
}

impl Rates {
    /// No limit.
    pub fn off() -> Self {
        Self::default()
    }

    /// HubSpot's limits for apps: 110 requests in ten seconds, five searches in one.
    pub fn documented() -> Self {
        let rate = |max, seconds| Some(Rate { max, within: Duration::from_secs(seconds) });
        Self { requests: rate(110, 10), searches: rate(5, 1) }
    }
}

/// So many in a time that rolls on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many.
    pub max: u32,
    /// In what time.
    pub within: Duration,
}
