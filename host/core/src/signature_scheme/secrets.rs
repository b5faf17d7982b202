//! Inbound secrets and their encoding.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::VerifyError;
use crate::types::manifest::SecretForm;

/// Maximum number of values of one setting that are tried. Rotation needs two.
const MAX_VALUES: usize = 4;

/// Padding is optional, because consoles differ in whether they show it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The inbound secrets of a connection or app.
pub trait Secrets {
    /// The values of a setting, newest first. Empty if it is not set.
    fn values(&self, key: &str) -> &[String];
}

impl<Key: AsRef<str>> Secrets for [(Key, Vec<String>)] {
    fn values(&self, key: &str) -> &[String] {
        self.iter().find(|(name, _)| name.as_ref() == key).map_or(&[], |(_, values)| values)
    }
}

/// Returns the first of `keys` that has a value, with its values. Blank values are skipped, since anyone could use an
/// empty secret.
pub(super) fn set<'a>(
    secrets: &'a (impl Secrets + ?Sized),
    keys: &'a [String],
) -> Result<(&'a str, Vec<&'a str>), VerifyError> {
    keys.iter()
        .map(|key| {
            let values = secrets.values(key).iter().map(String::as_str).filter(|value| !value.trim().is_empty());
            (key.as_str(), values.take(MAX_VALUES).collect::<Vec<_>>())
        })
        .find(|(_, values)| !values.is_empty())
        .ok_or_else(|| VerifyError::SecretUnset(keys.to_vec()))
}

/// Decodes a secret. Returns `None` if it is not encoded as the scheme requires, or is empty.
pub(super) fn bytes<'a>(secret: &'a str, form: &SecretForm) -> Option<Cow<'a, [u8]>> {
    let bytes = match form {
        SecretForm::Text => Cow::Borrowed(secret.as_bytes()),
        SecretForm::Base64(prefix) => {
            let secret = secret.trim();
            Cow::Owned(BASE64.decode(secret.strip_prefix(prefix.as_str()).unwrap_or(secret)).ok()?)
        }
    };
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn the_first_setting_with_a_value_is_used() {
        let secrets = [("blank", setting(&["", " \t\n"])), ("old", setting(&["a", " ", "b", "c", "d", "e"]))];
        let keys = setting(&["missing", "blank", "old"]);
        let found = set(secrets.as_slice(), &keys).unwrap();
        assert_eq!(found, ("old", vec!["a", "b", "c", "d"]));
        let keys = setting(&["missing", "blank"]);
        assert_eq!(set(secrets.as_slice(), &keys), Err(VerifyError::SecretUnset(keys.clone())));
    }

    #[test]
    fn base64_secrets_are_decoded() {
        let form = SecretForm::Base64("whsec_".to_owned());
        for written in ["whsec_c2VjcmV0", "c2VjcmV0", " whsec_c2VjcmV0\n"] {
            assert_eq!(bytes(written, &form).as_deref(), Some(b"secret".as_slice()), "{written}");
        }
        assert_eq!(bytes("c2VjcmV0cw", &form), bytes("c2VjcmV0cw==", &form));
        for wrong in ["whsec_", "whsec_not base64", "c2VjcmV0_-", ""] {
            assert_eq!(bytes(wrong, &form), None, "{wrong}");
        }
        assert_eq!(bytes("whsec_c2VjcmV0", &SecretForm::Text).as_deref(), Some(b"whsec_c2VjcmV0".as_slice()));
    }
}
