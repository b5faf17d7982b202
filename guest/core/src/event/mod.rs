//! What providers tell of, as the world outside reads it, and what makes it the same fact as before.
//!
//! The host compiles [`document()`], [`happening()`] and [`kind()`] against its own types of the contract: one source, no
//! conversion.

mod dedupe;
mod document;
mod happening;
mod kind;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use dedupe::{TWINS_WITHIN_MS, dedupe_key};
pub use document::{Around, document, user};
pub use happening::happening;
pub use kind::kind;

/// Epoch milliseconds as RFC 3339 in UTC, to the millisecond, such as `2022-08-24T20:56:55.000Z`; none beyond the year
/// 9999, where a sender must have meant something else.
pub fn rfc3339(epoch_ms: u64) -> Option<String> {
    let time = Timestamp::from_millisecond(i64::try_from(epoch_ms).ok()?).ok()?;
    Some(format!("{time:.3}"))
}

/// What no other key of an event holds: JSON pointer into the original → its value. A plug writes them, so what is not
/// JSON is taken as the text that it is.
pub fn extras(extras: &[(String, String)]) -> Map<String, Value> {
    let parsed = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()));
    extras.iter().map(|(pointer, text)| (pointer.clone(), parsed(text))).collect()
}
