//! Deduplicates events that a provider reports more than once.

use crate::rules::MAX_DEDUPE_KEY;

/// How long two requests with the same body count as the same event, if the sender provides no better key.
pub const DEDUPE_WINDOW_MS: u64 = 10 * 60 * 1000;

/// Returns an event's dedupe key, and the time in milliseconds for which it is valid, or `None` if it is valid as long
/// as events are stored.
///
/// `given` is the key from the plug, `body_digest` the hexadecimal SHA-256 of the request's body, and `index` the
/// event's position in the request.
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
    fn without_a_key_the_body_digest_is_used_for_a_limited_time() {
        let longest = "k".repeat(MAX_DEDUPE_KEY);
        assert_eq!(dedupe_key(Some(&longest), "00", 1), (longest, None));
        for none in [None, Some(""), Some(&*"k".repeat(MAX_DEDUPE_KEY + 1))] {
            assert_eq!(dedupe_key(none, "00ff", 1), ("sha256:00ff#1".to_owned(), Some(600_000)));
        }
    }
}
