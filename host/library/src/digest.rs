//! The digest that identifies a plug file.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a file, as 64 lower-case hexadecimal digits, which are safe in file names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Digest(String);

impl Digest {
    pub(super) fn of(file: &[u8]) -> Self {
        Self::finish(Sha256::new_with_prefix(file))
    }

    /// Finishes a hasher.
    pub(super) fn finish(hasher: Sha256) -> Self {
        Self(cordboard_core::hex(&hasher.finalize()))
    }

    /// Parses 64 digits with or without the prefix `sha256:`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::from_hex(text.strip_prefix("sha256:").unwrap_or(text))
    }

    /// Parses 64 digits.
    pub(super) fn from_hex(digits: &str) -> Option<Self> {
        let sound = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 64 && digits.bytes().all(sound)).then(|| Self(digits.to_owned()))
    }

    /// The digits, without the prefix.
    pub(super) fn hex(&self) -> &str {
        &self.0
    }
}

/// Formats the digest as `sha256:…`.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_safe_in_a_path() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string(), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest.clone()));
        assert_eq!(Digest::parse(digest.hex()), Some(digest.clone()));
        assert_eq!(Digest::from_hex(&digest.to_string()), None);
        let upper = digest.hex().to_uppercase();
        for wrong in ["", "sha256:", "../../etc/passwd", &upper, &"0".repeat(63), &format!("{}/", "0".repeat(63))] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }
}
