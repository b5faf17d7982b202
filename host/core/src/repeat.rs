//! Detects repeated requests.

use std::ops::RangeInclusive;

/// How long a request with the same bytes counts as a repeat, if its signature does not cover the time. A caller that
/// got no response retries within seconds; a later request more likely means a second meeting with the same data.
pub const REPEAT_WINDOW_MS: u64 = 5 * 60 * 1000;

/// The range of arrival times, in epoch milliseconds, of earlier requests that a request at `now_ms` may repeat. It
/// also extends into the future, because a clock may have been set back.
pub fn repeat_window(now_ms: u64) -> RangeInclusive<u64> {
    now_ms.saturating_sub(REPEAT_WINDOW_MS)..=now_ms.saturating_add(REPEAT_WINDOW_MS)
}
