//! Digests and HMACs over a list of byte slices, which avoids copying a body to hash it.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::types::manifest;

/// The digest of the concatenated pieces.
pub(crate) fn plain(digest: manifest::Digest, pieces: &[impl AsRef<[u8]>]) -> Vec<u8> {
    match digest {
        manifest::Digest::Sha1 => hash::<Sha1>(pieces),
        manifest::Digest::Sha256 => hash::<Sha256>(pieces),
        manifest::Digest::Sha512 => hash::<Sha512>(pieces),
    }
}

/// The HMAC (RFC 2104) of the concatenated pieces. Returns `None` for an empty key, since anyone could use it.
pub(crate) fn keyed(digest: manifest::Digest, key: &[u8], pieces: &[impl AsRef<[u8]>]) -> Option<Vec<u8>> {
    if key.is_empty() {
        return None;
    }
    match digest {
        manifest::Digest::Sha1 => mac::<Hmac<Sha1>>(key, pieces),
        manifest::Digest::Sha256 => mac::<Hmac<Sha256>>(key, pieces),
        manifest::Digest::Sha512 => mac::<Hmac<Sha512>>(key, pieces),
    }
}

fn hash<D: Digest>(pieces: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut state = D::new();
    for piece in pieces {
        state.update(piece.as_ref());
    }
    state.finalize().to_vec()
}

fn mac<M: Mac + KeyInit>(key: &[u8], pieces: &[impl AsRef<[u8]>]) -> Option<Vec<u8>> {
    let mut state = <M as KeyInit>::new_from_slice(key).ok()?;
    for piece in pieces {
        state.update(piece.as_ref());
    }
    Some(state.finalize().into_bytes().to_vec())
}

/// The SHA-256 of the parts, in hexadecimal. Each part is preceded by its length, so different lists of parts never
/// hash the same bytes.
pub fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Encodes bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Decodes lower-case hexadecimal. Returns `None` for anything else, including upper case.
pub fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| byte(*high, *low)).collect())?
}

/// Decodes two lower-case hexadecimal digits. Returns `None` for anything else.
pub(crate) fn byte(high: u8, low: u8) -> Option<u8> {
    Some(nibble(high)? << 4 | nibble(low)?)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_lower_case_and_complete() {
        assert_eq!(hex(&[0, 0x7f, 0xff]), "007fff");
        assert_eq!(unhex(b"007fff"), Some(vec![0, 0x7f, 0xff]));
        for wrong in ["007FFF", "007ff", "0x", "g0", " 00", "é"] {
            assert_eq!(unhex(wrong.as_bytes()), None, "{wrong}");
        }
    }

    /// Test case 2 of RFC 2202 and RFC 4231.
    #[test]
    fn the_hmac_of_pieces_is_the_hmac_of_the_whole() {
        let pieces = ["what do ya want ", "for nothing?"];
        for (digest, expected) in [
            (manifest::Digest::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (manifest::Digest::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                manifest::Digest::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            assert_eq!(hex(&keyed(digest, b"Jefe", &pieces).unwrap()), expected);
        }
        assert_eq!(keyed(manifest::Digest::Sha256, b"", &pieces), None);
    }
}
