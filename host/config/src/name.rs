//! Syntax of ids, names and ingest keys.

/// Maximum length of a name.
const MAX_NAME_LEN: usize = 64;

/// Minimum length of an ingest key that cannot be guessed: 22 characters of base64url hold 128 bits.
pub(super) const SAFE_INGEST_KEY: usize = 22;
const MIN_INGEST_KEY_LEN: usize = 8;
const MAX_INGEST_KEY_LEN: usize = 128;

/// Parses the id of an app or account from a key of the configuration. An id fits the 63 bits that stores can hold, and
/// has a single spelling, so that two keys never mean the same id.
pub(super) fn id(key: &str) -> Result<u64, &'static str> {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit()) && !key.starts_with('0');
    let id = key.parse().ok().filter(|id| digits && i64::try_from(*id).is_ok());
    id.ok_or("invalid id: use the number from the CRM, in digits and without leading zeros")
}

/// Checks the name of an account, connection or token.
pub(super) fn name(text: &str) -> Result<&str, String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.len() <= MAX_NAME_LEN
        && text.bytes().all(sound)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    {
        return Ok(text);
    }
    Err(format!(
        "invalid name: use up to {MAX_NAME_LEN} ASCII letters, digits, `-`, `_` and `.`, starting with a letter or \
         digit"
    ))
}

/// Checks an ingest key.
pub(super) fn ingest_key(text: &str) -> Result<(), String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (MIN_INGEST_KEY_LEN..=MAX_INGEST_KEY_LEN).contains(&text.len()) && text.bytes().all(sound) {
        return Ok(());
    }
    Err(format!(
        "must consist of {MIN_INGEST_KEY_LEN} to {MAX_INGEST_KEY_LEN} random ASCII letters, digits, `-` and `_`: \
         remove the key to have one generated"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_with_one_spelling() {
        assert_eq!(id("1"), Ok(1));
        assert_eq!(id("9223372036854775807"), Ok(i64::MAX as u64));
        for wrong in ["", "0", "007", "+1", "-1", " 1", "1e3", "0x1", "١", "9223372036854775808", "acme"] {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_safe_in_urls_and_on_terminals() {
        for right in ["a", "Acme-2_b.c", &"n".repeat(64)] {
            assert_eq!(name(right), Ok(right));
        }
        for wrong in ["", " ", "-a", "..", "a b", "a/b", "é", "a\u{1b}", "a%20", &"n".repeat(65)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn short_ingest_keys_are_rejected() {
        assert!(ingest_key(&"k".repeat(8)).is_ok() && ingest_key(&"_-".repeat(64)).is_ok());
        for wrong in ["", &"k".repeat(7), &"k".repeat(129), "kkkkkkkkkkkkkkkkkkkkk/k", "éééééééééééééééé"]
        {
            assert!(ingest_key(wrong).is_err(), "{wrong}");
        }
    }
}
