//! Checks the age of a request by its timestamp.

use super::{Incoming, VerifyError, place};
use crate::types::manifest::{Freshness, TimeUnit};

/// Numbers from here up are milliseconds (from March 1973), numbers below are seconds (until the year 5138).
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// Returns the timestamp as sent, if it is close enough to `now_ms`.
///
/// The timestamp must occur once. If it occurred twice, the signature might cover one value and a reader use the other.
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

/// Parses a timestamp into epoch milliseconds. Returns `None` for anything but decimal digits, and if the number
/// overflows.
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

/// Formats a timestamp as a sender would. Uses seconds if the scheme leaves the unit open.
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
    fn timestamps_must_be_digits() {
        assert_eq!(milliseconds(b"1760000000000", TimeUnit::Milliseconds), Some(1_760_000_000_000));
        for wrong in ["", "abc", "+1760000000000", "-1", "1.5", " 1", "1e3", "١", "0x10", "99999999999999999999"] {
            assert_eq!(milliseconds(wrong.as_bytes(), TimeUnit::Milliseconds), None, "{wrong}");
        }
        assert_eq!(milliseconds(b"18446744073709551615", TimeUnit::Seconds), None);
    }

    #[test]
    fn the_unit_follows_from_the_size() {
        assert_eq!(milliseconds(b"99999999999", TimeUnit::BySize), Some(99_999_999_999_000));
        assert_eq!(milliseconds(b"100000000000", TimeUnit::BySize), Some(100_000_000_000));
        assert_eq!(milliseconds(b"1700000000", TimeUnit::BySize), Some(1_700_000_000_000));
        assert_eq!(milliseconds(b"1700000000000", TimeUnit::BySize), Some(1_700_000_000_000));
    }
}
