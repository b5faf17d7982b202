//! Renders pieces into text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{encode, escape, sign};
use crate::text::quote;
use crate::types::effect::{Algorithm, Piece, Signature};

/// The secrets available to a request: outbound settings and captured state entries.
pub trait Keys {
    /// The value of a secret setting or captured state entry.
    fn secret(&self, key: &str) -> Option<&str>;

    /// The secret to sign with. May return secrets that [`secret`](Self::secret) does not, since a signature does not
    /// reveal them.
    fn signing_key(&self, key: &str) -> Option<&str> {
        self.secret(key)
    }

    /// Values to redact from any response, whether or not its request holds them.
    fn values_to_redact(&self) -> Vec<&str> {
        Vec::new()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over the text, with a PKCS #8 key in PEM. Returns `None` if the key is invalid,
    /// or if this implementation does not support RSA.
    fn rsa_sha256(&self, key_pem: &str, text: &str) -> Option<Vec<u8>> {
        let _ = (key_pem, text);
        None
    }
}

/// Renders the pieces into one text.
///
/// # Errors
/// If a secret is not set, or cannot be used to sign. The message names its key and holds no value.
pub fn render(pieces: &[Piece], keys: &impl Keys) -> Result<String, String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Secret(secret) => text.push_str(&escape(secret_value(&secret.key, keys)?, secret.escape)),
            Piece::Signature(signature) => text.push_str(&signed(signature, keys)?),
        }
    }
    Ok(text)
}

/// Returns the value of `Authorization` for HTTP Basic (RFC 7617), from the keys of user and password.
///
/// # Errors
/// If either is not set, or the user contains a colon, which separates it from the password.
pub fn basic(user_key: &str, password_key: &str, keys: &impl Keys) -> Result<String, String> {
    let (user, password) = (secret_value(user_key, keys)?, secret_value(password_key, keys)?);
    if user.contains(':') {
        return Err(format!("the user in the setting {} contains a colon: set a user without one", quote(user_key)));
    }
    Ok(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn secret_value<'a>(key: &str, keys: &'a impl Keys) -> Result<&'a str, String> {
    keys.secret(key).ok_or_else(|| not_set(key))
}

fn signed(signature: &Signature, keys: &impl Keys) -> Result<String, String> {
    let Signature { algorithm, key, text, encoding } = signature;
    let secret = keys.signing_key(key).ok_or_else(|| not_set(key))?;
    if *algorithm != Algorithm::RsaSha256 {
        return sign(signature, secret).ok_or_else(|| not_set(key));
    }
    let made = keys.rsa_sha256(secret, text).ok_or_else(|| {
        format!(
            "cannot sign with the setting {}: set an RSA private key, PKCS #8 in PEM, on a host that supports it",
            quote(key)
        )
    })?;
    Ok(encode(&made, *encoding))
}

fn not_set(key: &str) -> String {
    format!("the secret {} is not set: set it on the connection", quote(key))
}

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
    fn pieces_are_rendered_into_one_text() {
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
    fn missing_secrets_are_named() {
        let failed = |piece| render(&[piece], &Settings).unwrap_err();
        assert_eq!(failed(secret("other", Escape::None)), not_set("other"));
        assert_eq!(failed(signature(Algorithm::HmacSha256, "blank")), not_set("blank"));
        assert!(failed(signature(Algorithm::RsaSha256, "token")).starts_with("cannot sign with the setting `token`: "));
        let long = failed(secret(&"\n".repeat(1000), Escape::None));
        assert!(!long.contains('\n') && long.len() < 300, "{long}");
    }

    /// RFC 7617 §2.
    #[test]
    fn basic_joins_user_and_password() {
        assert_eq!(basic("user", "password", &Settings).unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        let colon = "the user in the setting `colon` contains a colon: set a user without one".to_owned();
        assert_eq!(basic("colon", "password", &Settings), Err(colon));
        assert_eq!(basic("user", "other", &Settings), Err(not_set("other")));
    }
}
