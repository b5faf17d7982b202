//! Dedupe keys for events.

use cordboard_core::rules::MAX_DEDUPE_KEY;
use serde_json::Value;

/// Encodes the parts as a JSON key, which is different for different parts. Returns `None` if the key exceeds the
/// contract's limit: a truncated key could equal that of another event.
pub fn key(parts: Vec<Value>) -> Option<String> {
    let key = Value::Array(parts).to_string();
    (key.len() <= MAX_DEDUPE_KEY).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn different_parts_have_different_keys() {
        assert_ne!(key(vec![json!("a,b"), json!("c")]), key(vec![json!("a"), json!("b,c")]));
        assert_ne!(key(vec![json!("a"), json!(null)]), key(vec![json!("a"), json!("null")]));
    }

    #[test]
    fn keys_are_never_truncated() {
        assert_eq!(key(vec![json!("a".repeat(252))]).map(|key| key.len()), Some(256));
        assert_eq!(key(vec![json!("a".repeat(253))]), None);
    }
}
