//! Syntax of names and ingest keys.

/// Maximum length of a name.
const MAX_NAME_LEN: usize = 64;

/// Minimum length of an ingest key that cannot be guessed: 22 characters of base64url hold 128 bits.
pub(super) const SAFE_INGEST_KEY: usize = 22;
const MIN_INGEST_KEY_LEN: usize = 8;
const MAX_INGEST_KEY_LEN: usize = 128;

/// A name has an invalid length or character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid name: use up to {max} ASCII letters, digits, `-`, `_` and `.`, starting with a letter or digit",
    max = MAX_NAME_LEN
)]
pub struct NameError;

/// Checks the name of an account, connection or token.
pub(super) fn name(text: &str) -> Result<&str, NameError> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.len() <= MAX_NAME_LEN
        && text.bytes().all(sound)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    {
        return Ok(text);
    }
    Err(NameError)
}

/// Checks an ingest key.
///
/// # Errors
/// Returns a message if it has an invalid length or character.
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
