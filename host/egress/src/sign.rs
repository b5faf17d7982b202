//! RS256 signatures (RFC 7518 §3.3), which the shared renderer leaves to the host.

use cordboard_core::render::Keys;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

/// Adds RSA signatures to a connection's keys.
pub(super) struct Signing<'a, K>(pub(super) &'a K);

impl<K: Keys> Keys for Signing<'_, K> {
    fn secret(&self, key: &str) -> Option<&str> {
        self.0.secret(key)
    }

    fn signing_key(&self, key: &str) -> Option<&str> {
        self.0.signing_key(key)
    }

    fn values_to_redact(&self) -> Vec<&str> {
        self.0.values_to_redact()
    }

    fn rsa_sha256(&self, key_pem: &str, text: &str) -> Option<Vec<u8>> {
        rs256(key_pem, text.as_bytes())
    }
}

/// Signs with RSASSA-PKCS1-v1_5 and SHA-256, and returns the raw signature. `None` if the key is not an unencrypted RSA
/// key of 2048 to 4096 bits in PKCS #8 and PEM.
fn rs256(key: &str, text: &[u8]) -> Option<Vec<u8>> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).ok()?;
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
    Some(signature)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// The key of RFC 7515 A.2, as PKCS #8.
    const KEY: &str = include_str!("tests/sign-rfc7515-a2.pem");

    #[test]
    fn the_signature_matches_the_example_of_rfc_7515_a_2() {
        let text = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p\
                    c19yb290Ijp0cnVlfQ";
        let expected = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG\
                        bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
                        0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6\
                        LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        assert_eq!(URL_SAFE_NO_PAD.encode(rs256(KEY, text.as_bytes()).unwrap()), expected);
    }

    #[test]
    fn an_invalid_key_signs_nothing() {
        let cut: String = KEY.lines().take(5).collect::<Vec<_>>().join("\n");
        let other_form = KEY.replace("PRIVATE KEY", "RSA PRIVATE KEY");
        for key in ["", "secret", cut.as_str(), other_form.as_str()] {
            assert_eq!(rs256(key, b"text"), None, "{key}");
        }
    }
}
