//! Who may change the bridge by its admin API: tokens, of which only hashes are kept.

use std::fmt;

use cordboard_core::hex;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::name;

/// A token of the admin API.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its name, which stands in the audit log.
    pub name: String,
    /// The SHA-256 of the token.
    pub hash: TokenHash,
    /// The only account that it is for; none: all.
    pub account: Option<u64>,
    /// Whether its holder may push plugs.
    pub push: bool,
}

impl Token {
    /// Of this token. Its holder may push plugs unless it is for one account.
    ///
    /// # Errors
    /// A sentence, where the name cannot be one.
    pub fn new(name: &str, token: &str, account: Option<u64>) -> Result<Self, String> {
        Ok(Self { name: name::name(name)?.to_owned(), hash: TokenHash::of(token), account, push: account.is_none() })
    }

    /// Its lines in `cordboard.toml`.
    pub fn lines(&self) -> String {
        let account = self.account.map(|account| format!("account = {account}\n")).unwrap_or_default();
        let push = if self.push == self.account.is_none() { String::new() } else { format!("push = {}\n", self.push) };
        // A key with a dot in it is written in quotes.
        format!("[admin.token.\"{}\"]\nsha256 = \"{}\"\n{account}{push}", self.name, self.hash.written())
    }
}

/// The SHA-256 of a token. It is not shown: a token that somebody thought up can be guessed from it.
#[derive(Clone)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Of this token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether both are of one token, in a time that does not tell how much of them is the same.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// As it is written in a configuration: 64 hexadecimal digits in lower case.
    pub fn written(&self) -> String {
        hex(&self.0)
    }

    /// Reads 64 hexadecimal digits.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const HINT: &str = "must be the SHA-256 of a token in 64 hexadecimal digits: `cordboard token new` makes both";
        let digits: Option<Vec<u8>> =
            text.chars().map(|char| char.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
        let digits = digits.ok_or(HINT)?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .filter_map(|pair| match pair {
                [high, low] => Some(high << 4 | low),
                _ => None,
            })
            .collect();
        match <[u8; 32]>::try_from(bytes) {
            Ok(hash) if digits.len() == 64 => Ok(Self(hash)),
            _ => Err(HINT),
        }
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
    fn a_hash_is_written_as_it_is_read() {
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
