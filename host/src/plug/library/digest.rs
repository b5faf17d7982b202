//! The name of a file: what it holds.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a file, as 64 hexadecimal digits in lower case: fit for the name of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Digest(String);

impl Digest {
    pub(super) fn of(file: &[u8]) -> Self {
        Self::made_by(Sha256::new_with_prefix(file))
    }

    /// What a hasher has come to.
    pub(super) fn made_by(hasher: Sha256) -> Self {
        Self(cordboard_core::hex(&hasher.finalize()))
    }

    /// Reads `sha256:` and 64 digits, or just these.
    pub(super) fn read(text: &str) -> Option<Self> {
        Self::of_digits(text.strip_prefix("sha256:").unwrap_or(text))
    }

    /// Reads 64 digits.
    pub(super) fn of_digits(digits: &str) -> Option<Self> {
        let sound = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 64 && digits.bytes().all(sound)).then(|| Self(digits.to_owned()))
    }

    /// The digits.
    pub(super) fn digits(&self) -> &str {
        &self.0
    }
}

/// As everywhere outside.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_in_a_path_is_a_digest() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string(), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(Digest::read(&digest.to_string()), Some(digest.clone()));
        assert_eq!(Digest::read(digest.digits()), Some(digest.clone()));
        assert_eq!(Digest::of_digits(&digest.to_string()), None);
        let upper = digest.digits().to_uppercase();
        for wrong in ["", "sha256:", "../../etc/passwd", &upper, &"0".repeat(63), &format!("{}/", "0".repeat(63))] {
            assert_eq!(Digest::read(wrong), None, "{wrong}");
        }
    }
}
