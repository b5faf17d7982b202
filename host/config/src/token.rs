//! Admin API tokens, of which only hashes are stored.

use std::fmt;

use cordboard_core::{AccountId, hex, unhex};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::name::{self, NameError};

/// A token of the admin API.
#[derive(Clone, Debug)]
pub struct Token {
    /// The name, which appears in the audit log.
    pub name: String,
    /// The hash of the token.
    pub hash: TokenHash,
    /// The only account that the token grants access to; `None` for all accounts.
    pub account: Option<AccountId>,
    /// Whether the token may push plugs.
    pub push: bool,
}

impl Token {
    /// Hashes a token. It may push plugs unless it is limited to one account.
    ///
    /// # Errors
    /// Fails if the name is invalid.
    pub fn new(name: &str, token: &str, account: Option<AccountId>) -> Result<Self, NameError> {
        let push = account.is_none();
        Ok(Self { name: name::name(name)?.to_owned(), hash: TokenHash::of(token), account, push })
    }

    /// Returns the token's section of `cordboard.toml`.
    pub fn lines(&self) -> String {
        let account = self.account.as_ref().map(|account| format!("account = {}\n", written(account)));
        let account = account.unwrap_or_default();
        let push = if self.push == self.account.is_none() { String::new() } else { format!("push = {}\n", self.push) };
        // The name is quoted because it may contain a dot.
        format!("[admin.token.\"{}\"]\nsha256 = \"{}\"\n{account}{push}", self.name, self.hash.written())
    }
}

/// Writes an id as a value of the configuration: as an integer if that reads as the same id, and otherwise as a string.
fn written(id: &AccountId) -> String {
    let is_integer = id.as_str().parse::<i64>().is_ok_and(|number| number.to_string() == id.as_str());
    if is_integer { id.to_string() } else { format!("\"{id}\"") }
}

/// The SHA-256 of a token. `Debug` redacts it, since a token that a person made up can be guessed from its hash.
#[derive(Clone)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Compares two hashes in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// Returns the hash as in the configuration: 64 lower-case hexadecimal digits.
    pub fn written(&self) -> String {
        hex(&self.0)
    }

    /// Parses 64 hexadecimal digits.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let bytes = unhex(text.to_ascii_lowercase().as_bytes());
        bytes
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .map(Self)
            .ok_or("must be the SHA-256 of a token in 64 hexadecimal digits: create both with `cordboard token new`")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_they_are_read() {
        let lines = |id: &str| Token::new("a", "t", Some(id.parse().unwrap())).unwrap().lines();
        for (id, expected) in
            [("123", "account = 123\n"), ("0123", "account = \"0123\"\n"), ("a.b", "account = \"a.b\"\n")]
        {
            assert!(lines(id).ends_with(expected), "{}", lines(id));
        }
    }

    #[test]
    fn hashes_round_trip() {
        let hash = TokenHash::of("abc");
        assert_eq!(hash.written(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(TokenHash::parse(&hash.written().to_uppercase()).unwrap().is(&hash));
        assert!(!TokenHash::of("abd").is(&hash));
        assert_eq!(format!("{hash:?}"), "TokenHash(…)");
        for wrong in ["", "abc", &"0".repeat(63), &"0".repeat(65), &"0".repeat(66), &"g".repeat(64), &"é".repeat(32)] {
            assert!(TokenHash::parse(wrong).is_err(), "{wrong}");
        }
    }
}
