//! Reads members of admin API responses. A member that is missing or of another type reads as empty.

use serde_json::Value;

/// Reads a member as a list.
pub(in crate::cli) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Reads a member as a number.
pub(in crate::cli) fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// Reads a member as text.
pub(in crate::cli) fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
