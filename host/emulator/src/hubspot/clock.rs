//! Formats and parses times like HubSpot.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::Date;

/// Returns the current time in epoch milliseconds.
pub fn now() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Converts a duration to milliseconds.
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Formats epoch milliseconds as ISO 8601 in UTC. Returns `None` if the time is out of range.
pub fn iso(millis: u64) -> Option<String> {
    Some(Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?.to_string())
}

/// Parses a time in one of the formats that HubSpot accepts, and returns epoch milliseconds. The formats are epoch
/// milliseconds, ISO 8601 with an offset, and a date, which stands for midnight in UTC.
pub fn read(text: &str) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|millis| iso(*millis).is_some());
    }
    let midnight = |date: Date| format!("{date}T00:00:00Z").parse::<Timestamp>().ok();
    let time = match text.parse::<Timestamp>() {
        Ok(time) => time,
        Err(_) if text.len() == "2018-08-13".len() => midnight(text.parse().ok()?)?,
        Err(_) => return None,
    };
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_format() {
        for text in ["1534197600000", "2018-08-13T22:00:00Z", "2018-08-13T22:00:00.000Z", "2018-08-14T00:00:00+02:00"] {
            assert_eq!(read(text), Some(1_534_197_600_000), "{text}");
        }
        assert_eq!(read("2018-08-13"), Some(1_534_118_400_000));
        for text in ["", "soon", "2018-08-13T22:00:00", "-1", "99999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(iso(1_534_197_600_000).unwrap(), "2018-08-13T22:00:00Z");
        assert_eq!(iso(1_534_197_600_001).unwrap(), "2018-08-13T22:00:00.001Z");
    }
}
