//! When a request was sent, and whether that is near enough to now.

use super::{Incoming, VerifyError, place};
use crate::types::manifest::{Freshness, TimeUnit};

/// From here on a number counts milliseconds (March 1973); below, seconds (up to the year 5138).
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// The send time as it stands in the request, once it is found to be near enough to `now_ms`.
///
/// It must stand there once: a signature that covers one of two times would let the other be read.
pub(super) fn fresh<'a>(freshness: &Freshness, request: &Incoming<'a>, now_ms: u64) -> Result<&'a [u8], VerifyError> {
    let unreadable = || VerifyError::TimestampUnreadable(freshness.sent_at.header.to_ascii_lowercase());
    let values = place::values(request, &freshness.sent_at)?;
    let &[text] = values.as_slice() else {
        return Err(unreadable());
    };
    let sent_ms = milliseconds(text, freshness.unit).ok_or_else(unreadable)?;
    if now_ms.abs_diff(sent_ms) > u64::from(freshness.tolerance_seconds) * 1000 {
        return Err(VerifyError::Stale(freshness.tolerance_seconds));
    }
    Ok(text)
}

/// Epoch milliseconds; none for anything but decimal digits, and for what no clock could show.
fn milliseconds(text: &[u8], unit: TimeUnit) -> Option<u64> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    match unit {
        TimeUnit::Milliseconds => Some(number),
        TimeUnit::BySize if number >= MILLISECONDS_FROM => Some(number),
        TimeUnit::Seconds | TimeUnit::BySize => number.checked_mul(1000),
    }
}

/// As a sender would write it. Where the unit is open it is seconds, whatever the time is.
pub(super) fn write(unit: TimeUnit, now_ms: u64) -> String {
    match unit {
        TimeUnit::Milliseconds => now_ms.to_string(),
        TimeUnit::Seconds | TimeUnit::BySize => (now_ms / 1000).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_a_time() {
        assert_eq!(milliseconds(b"1760000000000", TimeUnit::Milliseconds), Some(1_760_000_000_000));
        for wrong in ["", "abc", "+1760000000000", "-1", "1.5", " 1", "1e3", "١", "0x10", "99999999999999999999"] {
            assert_eq!(milliseconds(wrong.as_bytes(), TimeUnit::Milliseconds), None, "{wrong}");
        }
        assert_eq!(milliseconds(b"18446744073709551615", TimeUnit::Seconds), None);
    }

    #[test]
    fn the_size_tells_the_unit() {
        assert_eq!(milliseconds(b"99999999999", TimeUnit::BySize), Some(99_999_999_999_000));
        assert_eq!(milliseconds(b"100000000000", TimeUnit::BySize), Some(100_000_000_000));
        assert_eq!(milliseconds(b"1700000000", TimeUnit::BySize), Some(1_700_000_000_000));
        assert_eq!(milliseconds(b"1700000000000", TimeUnit::BySize), Some(1_700_000_000_000));
    }
}
