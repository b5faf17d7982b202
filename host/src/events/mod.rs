//! Stored events as the world outside reads them.

mod happening;
pub mod json;
mod kind;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use kind::kind;

/// Epoch milliseconds as RFC 3339 in UTC, to the millisecond, such as `2022-08-24T20:56:55.000Z`; none beyond the year
/// 9999, where a sender must have meant something else.
pub fn rfc3339(epoch_ms: u64) -> Option<String> {
    let time = Timestamp::from_millisecond(i64::try_from(epoch_ms).ok()?).ok()?;
    Some(format!("{time:.3}"))
}
