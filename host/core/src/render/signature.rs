//! HMAC signatures, for example for challenges and JWTs.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::digest;
use crate::types::effect::{Algorithm, Encoding, Signature};
use crate::types::manifest::Digest;

/// Signs the signature's text with `secret`. Returns `None` for a blank secret, since anyone could use it, and for RSA,
/// which is up to [`Keys::rsa_sha256`](super::Keys::rsa_sha256).
pub fn sign(signature: &Signature, secret: &str) -> Option<String> {
    let digest = match signature.algorithm {
        Algorithm::HmacSha1 => Digest::Sha1,
        Algorithm::HmacSha256 => Digest::Sha256,
        Algorithm::HmacSha512 => Digest::Sha512,
        Algorithm::RsaSha256 => return None,
    };
    if secret.trim().is_empty() {
        return None;
    }
    Some(encode(&digest::keyed(digest, secret.as_bytes(), &[signature.text.as_str()])?, signature.encoding))
}

/// Encodes bytes as text.
pub fn encode(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Hex => digest::hex(bytes),
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Base64url => URL_SAFE_NO_PAD.encode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(algorithm: Algorithm, text: &str, encoding: Encoding) -> Signature {
        Signature { algorithm, key: "secret".to_owned(), text: text.to_owned(), encoding }
    }

    /// Test case 2 of RFC 4231. The key in RFC 7515 A.1 is not text.
    #[test]
    fn signatures_are_encoded_hmacs() {
        let made = |encoding| sign(&signature(Algorithm::HmacSha256, "what do ya want for nothing?", encoding), "Jefe");
        assert_eq!(
            made(Encoding::Hex).as_deref(),
            Some("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        );
        assert_eq!(made(Encoding::Base64).as_deref(), Some("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="));
        assert_eq!(made(Encoding::Base64url).as_deref(), Some("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"));
    }

    #[test]
    fn a_blank_secret_signs_nothing() {
        for secret in ["", " \n"] {
            assert_eq!(sign(&signature(Algorithm::HmacSha1, "text", Encoding::Hex), secret), None);
        }
        assert_eq!(sign(&signature(Algorithm::RsaSha256, "text", Encoding::Hex), "secret"), None);
    }
}
