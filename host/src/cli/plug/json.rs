//! Looking into an answer of the admin API: what is not there, or is of another kind, is empty.

use serde_json::Value;

/// A member that is a list.
pub(in crate::cli) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A member that is a number.
pub(in crate::cli) fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// A member that is text.
pub(in crate::cli) fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
