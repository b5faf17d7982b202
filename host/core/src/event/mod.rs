//! Public JSON form of events, and their deduplication.

mod case;
mod data;
mod dedupe;
mod document;
mod kind;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use data::data;
pub use dedupe::{DEDUPE_WINDOW_MS, dedupe_key};
pub use document::{Envelope, document, user};
pub use kind::kind;

/// Maximum nesting of an extra. Together with the event and a list around it, this stays below serde_json's limit of
/// 128.
const MAX_DEPTH: usize = 100;

/// Formats epoch milliseconds as RFC 3339 in UTC with milliseconds, such as `2022-08-24T20:56:55.000Z`. Returns `None`
/// beyond the year 9999, where the sender must have meant something else.
pub fn rfc3339(epoch_ms: u64) -> Option<String> {
    let time = Timestamp::from_millisecond(i64::try_from(epoch_ms).ok()?).ok()?;
    Some(format!("{time:.3}"))
}

/// The event's extras, by JSON pointer into the original. Plugs write them as text: text that is not JSON, or is nested
/// too deeply for common readers, becomes a string.
pub fn extras(extras: &[(String, String)]) -> Map<String, Value> {
    let parsed = |text: &String| {
        let value = serde_json::from_str(text).ok().filter(|value| depth(value) <= MAX_DEPTH);
        value.unwrap_or_else(|| Value::from(text.as_str()))
    };
    extras.iter().map(|(pointer, text)| (pointer.clone(), parsed(text))).collect()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
