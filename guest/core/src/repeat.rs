//! When a request may be an earlier one, sent again.

use std::ops::RangeInclusive;

/// For how long the same bytes with the same signature may be a repeat, where the signature covers no time. A caller that
/// did not get an answer sends again within seconds; later it is more likely to mean a second meeting that looks the same.
pub const REPEAT_WINDOW_MS: u64 = 5 * 60 * 1000;

/// When the first request must have come, in epoch milliseconds, for one that comes at `now_ms` to be its repeat although
/// their signature covers no time. The range reaches as far into the future: a clock may be set back.
pub fn repeat_window(now_ms: u64) -> RangeInclusive<u64> {
    now_ms.saturating_sub(REPEAT_WINDOW_MS)..=now_ms.saturating_add(REPEAT_WINDOW_MS)
}
