//! Keys by which a host knows a webhook that it had before.

use serde_json::Value;

/// What the contract allows, in bytes.
const MAX_KEY_LEN: usize = 256;

/// A key of these parts, as JSON: no other parts make the same. None where it would be longer than the contract allows:
/// cut off, it would pass for another's.
pub fn key(parts: Vec<Value>) -> Option<String> {
    let key = Value::Array(parts).to_string();
    (key.len() <= MAX_KEY_LEN).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_of_different_parts_differ() {
        assert_ne!(key(vec![json!("a,b"), json!("c")]), key(vec![json!("a"), json!("b,c")]));
        assert_ne!(key(vec![json!("a"), json!(null)]), key(vec![json!("a"), json!("null")]));
    }

    #[test]
    fn a_key_is_whole_or_none() {
        assert_eq!(key(vec![json!("a".repeat(252))]).map(|key| key.len()), Some(256));
        assert_eq!(key(vec![json!("a".repeat(253))]), None);
    }
}
