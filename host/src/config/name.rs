//! What ids, names and keys may look like.

/// Names are shown on terminals and stand in addresses.
const MAX_NAME_LEN: usize = 64;

/// 22 characters of base64url hold 128 bits: a key of fewer may be guessed.
pub(super) const SAFE_INGEST_KEY: usize = 22;
const MIN_INGEST_KEY_LEN: usize = 8;
const MAX_INGEST_KEY_LEN: usize = 128;

/// The CRM's number of an app or account, as a key of the configuration. It fits the 63 bits that stores keep, and is
/// written in one way only, so that no two keys are one id.
pub(super) fn id(key: &str) -> Result<u64, &'static str> {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit()) && !key.starts_with('0');
    let id = key.parse().ok().filter(|id| digits && i64::try_from(*id).is_ok());
    id.ok_or("this is not an id: use the CRM's number, in digits, without zeros before it")
}

/// A name of an account or connection.
pub(super) fn name(text: &str) -> Result<&str, String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.len() <= MAX_NAME_LEN
        && text.bytes().all(sound)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    {
        return Ok(text);
    }
    Err(format!(
        "a name has at most {MAX_NAME_LEN} letters of ASCII, digits and `-_.`, and begins with a letter or digit: \
         change it"
    ))
}

/// The unguessable part of an address.
pub(super) fn ingest_key(text: &str) -> Result<(), String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (MIN_INGEST_KEY_LEN..=MAX_INGEST_KEY_LEN).contains(&text.len()) && text.bytes().all(sound) {
        return Ok(());
    }
    Err(format!(
        "must have {MIN_INGEST_KEY_LEN} to {MAX_INGEST_KEY_LEN} random letters of ASCII, digits, `-` and `_`: leave \
         it out to have one made"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_written_in_one_way() {
        assert_eq!(id("1"), Ok(1));
        assert_eq!(id("9223372036854775807"), Ok(i64::MAX as u64));
        for wrong in ["", "0", "007", "+1", "-1", " 1", "1e3", "0x1", "١", "9223372036854775808", "acme"] {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_safe_in_addresses_and_on_terminals() {
        for right in ["a", "Acme-2_b.c", &"n".repeat(64)] {
            assert_eq!(name(right), Ok(right));
        }
        for wrong in ["", " ", "-a", "..", "a b", "a/b", "é", "a\u{1b}", "a%20", &"n".repeat(65)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ingest_keys_are_long() {
        assert!(ingest_key(&"k".repeat(8)).is_ok() && ingest_key(&"_-".repeat(64)).is_ok());
        for wrong in ["", &"k".repeat(7), &"k".repeat(129), "kkkkkkkkkkkkkkkkkkkkk/k", "éééééééééééééééé"]
        {
            assert!(ingest_key(wrong).is_err(), "{wrong}");
        }
    }
}
