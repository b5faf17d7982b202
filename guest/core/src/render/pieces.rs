//! Putting secrets and signatures into a plug's text.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{encode, escape, sign};
use crate::types::effect::{Algorithm, Piece, Signature};

/// The longest key that a sentence repeats.
const MAX_KEY_LEN: usize = 64;

/// The secrets that a plug may have sent: its outbound settings and captured state entries.
pub trait Keys {
    /// The value of the secret setting or captured state entry; none where there is none.
    fn secret(&self, key: &str) -> Option<&str>;

    /// The secret that a signature may be made with: where a secret itself may not stand, a signature still may.
    fn signing_key(&self, key: &str) -> Option<&str> {
        self.secret(key)
    }

    /// What an answer must not show to the plug, whichever secrets its request holds.
    fn values_to_redact(&self) -> Vec<&str> {
        Vec::new()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over the text; the key is PKCS #8 in PEM. None where it is not, or where the
    /// host makes none.
    fn rsa_sha256(&self, key_pem: &str, text: &str) -> Option<Vec<u8>> {
        let _ = (key_pem, text);
        None
    }
}

/// The whole text.
///
/// # Errors
/// Where a secret is not set, or makes no signature.
pub fn render(pieces: &[Piece], keys: &impl Keys) -> Result<String, RenderError> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Secret(secret) => text.push_str(&escape(known(&secret.key, keys)?, secret.escape)),
            Piece::Signature(signature) => text.push_str(&signed(signature, keys)?),
        }
    }
    Ok(text)
}

/// The value of `Authorization` for HTTP Basic (RFC 7617), from the keys of user and password.
///
/// # Errors
/// Where one is not set, or the user holds a colon, which would end it.
pub fn basic(user_key: &str, password_key: &str, keys: &impl Keys) -> Result<String, RenderError> {
    let (user, password) = (known(user_key, keys)?, known(password_key, keys)?);
    if user.contains(':') {
        return Err(RenderError::ColonInUser(user_key.to_owned()));
    }
    Ok(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn known<'a>(key: &str, keys: &'a impl Keys) -> Result<&'a str, RenderError> {
    keys.secret(key).ok_or_else(|| RenderError::NotSet(key.to_owned()))
}

fn signed(signature: &Signature, keys: &impl Keys) -> Result<String, RenderError> {
    let secret = keys.signing_key(&signature.key).ok_or_else(|| RenderError::NotSet(signature.key.clone()))?;
    let made = match signature.algorithm {
        Algorithm::RsaSha256 => {
            keys.rsa_sha256(secret, &signature.text).map(|bytes| encode(&bytes, signature.encoding))
        }
        Algorithm::HmacSha1 | Algorithm::HmacSha256 | Algorithm::HmacSha512 => sign(signature, secret),
    };
    made.ok_or_else(|| match signature.algorithm {
        Algorithm::RsaSha256 => RenderError::NoRsaKey(signature.key.clone()),
        Algorithm::HmacSha1 | Algorithm::HmacSha256 | Algorithm::HmacSha512 => {
            RenderError::NotSet(signature.key.clone())
        }
    })
}

/// Why a text cannot be completed; it holds keys only, no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RenderError {
    /// This secret is not set, or is blank where a signature is made with it.
    NotSet(String),
    /// No RSA signature can be made with this secret.
    NoRsaKey(String),
    /// This setting holds the user of HTTP Basic, with a colon in it.
    ColonInUser(String),
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |key: &str| key.chars().take(MAX_KEY_LEN).flat_map(char::escape_debug).collect::<String>();
        match self {
            Self::NotSet(key) => {
                write!(formatter, "the secret `{}` is not set: set it on the connection", shown(key))
            }
            Self::NoRsaKey(key) => write!(
                formatter,
                "the setting `{}` makes no RSA signature: set an RSA private key, \
                 PKCS #8 in PEM, on a host that can sign",
                shown(key)
            ),
            Self::ColonInUser(key) => {
                write!(formatter, "the setting `{}` names a user with a colon: set a user without one", shown(key))
            }
        }
    }
}

impl std::error::Error for RenderError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Encoding, Escape, Secret};

    struct Settings;

    impl Keys for Settings {
        fn secret(&self, key: &str) -> Option<&str> {
            match key {
                "token" => Some("a\"b c"),
                "user" => Some("Aladdin"),
                "password" => Some("open sesame"),
                "colon" => Some("a:b"),
                "blank" => Some(" "),
                _ => None,
            }
        }

        fn rsa_sha256(&self, key_pem: &str, text: &str) -> Option<Vec<u8>> {
            (key_pem == "Aladdin").then(|| text.as_bytes().to_vec())
        }
    }

    fn secret(key: &str, escape: Escape) -> Piece {
        Piece::Secret(Secret { key: key.to_owned(), escape })
    }

    fn signature(algorithm: Algorithm, key: &str) -> Piece {
        Piece::Signature(Signature { algorithm, key: key.to_owned(), text: "text".to_owned(), encoding: Encoding::Hex })
    }

    #[test]
    fn pieces_become_one_text() {
        let pieces = [
            Piece::Text("{\"a\":\"".to_owned()),
            secret("token", Escape::Json),
            Piece::Text("\"}&".to_owned()),
            secret("token", Escape::Form),
            signature(Algorithm::RsaSha256, "user"),
        ];
        assert_eq!(render(&pieces, &Settings).unwrap(), "{\"a\":\"a\\\"b c\"}&a%22b+c74657874");
        assert_eq!(render(&[], &Settings).unwrap(), "");
    }

    #[test]
    fn what_is_missing_is_named() {
        let failed = |piece| render(&[piece], &Settings).unwrap_err();
        assert_eq!(failed(secret("other", Escape::None)), RenderError::NotSet("other".to_owned()));
        assert_eq!(failed(signature(Algorithm::HmacSha256, "blank")), RenderError::NotSet("blank".to_owned()));
        assert_eq!(failed(signature(Algorithm::RsaSha256, "token")), RenderError::NoRsaKey("token".to_owned()));
        let long = RenderError::NotSet("\n".repeat(1000)).to_string();
        assert!(!long.contains('\n') && long.len() < 300, "{long}");
    }

    /// RFC 7617 §2.
    #[test]
    fn basic_joins_user_and_password() {
        assert_eq!(basic("user", "password", &Settings).unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(basic("colon", "password", &Settings), Err(RenderError::ColonInUser("colon".to_owned())));
        assert_eq!(basic("user", "other", &Settings), Err(RenderError::NotSet("other".to_owned())));
    }
}
