//! When two deliveries tell of one fact.

use crate::rules::MAX_DEDUPE_KEY;

/// For how long raw bytes stand for the fact that they tell, where their sender gives nothing else to go by.
pub const DEDUPE_WINDOW_MS: u64 = 10 * 60 * 1000;

/// The key of a delivery's event, equal for two of one fact, and for how many milliseconds it is looked for; none: for
/// as long as events are kept. `given` is the plug's key, `body_digest` the SHA-256 of the delivery's body in
/// hexadecimal, `index` the event's place in the delivery.
pub fn dedupe_key(given: Option<&str>, body_digest: &str, index: usize) -> (String, Option<u64>) {
    match given.filter(|key| !key.is_empty() && key.len() <= MAX_DEDUPE_KEY) {
        Some(key) => (key.to_owned(), None),
        None => (format!("sha256:{body_digest}#{index}"), Some(DEDUPE_WINDOW_MS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_in_for_a_key_for_a_while() {
        let longest = "k".repeat(MAX_DEDUPE_KEY);
        assert_eq!(dedupe_key(Some(&longest), "00", 1), (longest, None));
        for none in [None, Some(""), Some(&*"k".repeat(MAX_DEDUPE_KEY + 1))] {
            assert_eq!(dedupe_key(none, "00ff", 1), ("sha256:00ff#1".to_owned(), Some(600_000)));
        }
    }
}
