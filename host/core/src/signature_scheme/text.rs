//! The text that a signature covers.

use std::borrow::Cow;

use super::{Incoming, headers};
use crate::digest;
use crate::types::manifest::{Part, SignatureScheme};

/// Why a signed text is incomplete.
pub(super) enum Gap<'a> {
    /// The request does not have this header.
    Header(&'a str),
    /// The scheme does not say where to find the timestamp.
    SentAt,
}

/// The values that a signed text is assembled from.
pub(super) struct Material<'a> {
    pub request: &'a Incoming<'a>,
    pub secret: &'a [u8],
    pub sent_at: Option<&'a [u8]>,
}

impl<'a> Material<'a> {
    /// Computes the signature over one of the scheme's texts. Returns `None` if the secret cannot be an HMAC key.
    pub fn sign(&self, scheme: &SignatureScheme, parts: &'a [Part]) -> Result<Option<Vec<u8>>, Gap<'a>> {
        let pieces = parts.iter().map(|part| self.piece(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(if scheme.keyed {
            digest::keyed(scheme.digest, self.secret, &pieces)
        } else {
            Some(digest::plain(scheme.digest, &pieces))
        })
    }

    fn piece(&self, part: &'a Part) -> Result<Cow<'a, [u8]>, Gap<'a>> {
        Ok(match part {
            Part::Secret => Cow::Borrowed(self.secret),
            Part::Method => Cow::Borrowed(self.request.method.as_bytes()),
            Part::Url(escapes) => decode(self.request.url, escapes),
            Part::Body => Cow::Borrowed(self.request.body),
            Part::Timestamp => Cow::Borrowed(self.sent_at.ok_or(Gap::SentAt)?),
            Part::Header(name) => Cow::Borrowed(headers::value(self.request, name).ok_or(Gap::Header(name))?),
            Part::Literal(text) => Cow::Borrowed(text.as_bytes()),
        })
    }
}

/// Decodes the given percent-escapes in one pass, so `%253A` remains as it is. Escapes must match exactly: `%3a` is not
/// `%3A`.
fn decode<'a>(text: &'a str, escapes: &[String]) -> Cow<'a, [u8]> {
    let mut rest = text.as_bytes();
    if escapes.is_empty() || !rest.contains(&b'%') {
        return Cow::Borrowed(rest);
    }
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        let escape = rest
            .split_first_chunk::<3>()
            .filter(|(start, _)| *first == b'%' && escapes.iter().any(|escape| escape.as_bytes() == start.as_slice()))
            .and_then(|(escape, after)| Some((escaped_byte(escape)?, after)));
        let (byte, after) = escape.unwrap_or((*first, after));
        decoded.push(byte);
        rest = after;
    }
    Cow::Owned(decoded)
}

/// The byte that an escape such as `%3A` stands for. Returns `None` unless it is an escape with upper-case digits.
pub(super) fn escaped_byte(escape: &[u8]) -> Option<u8> {
    match escape {
        [b'%', high, low] if !high.is_ascii_lowercase() && !low.is_ascii_lowercase() => {
            digest::byte(high.to_ascii_lowercase(), low.to_ascii_lowercase())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_escapes_are_decoded_in_one_pass() {
        let escapes = ["%3A".to_owned(), "%2F".to_owned(), "%25".to_owned(), "nonsense".to_owned(), String::new()];
        for (text, expected) in [
            ("a:b", "a:b"),
            ("a%3Ab%2Fc", "a:b/c"),
            ("%253A", "%3A"),
            ("%3a%2f%20", "%3a%2f%20"),
            ("%", "%"),
            ("%3", "%3"),
            ("100%%3A", "100%:"),
            ("é%3Aé nonsense", "é:é nonsense"),
            ("", ""),
        ] {
            assert_eq!(*decode(text, &escapes), *expected.as_bytes(), "{text}");
        }
        assert_eq!(*decode("%253A", &["%3A".to_owned()]), *b"%253A");
    }

    #[test]
    fn a_text_without_escapes_is_not_copied() {
        let escapes = ["%3A".to_owned()];
        assert!(matches!(decode("https://a.example/?b=c", &escapes), Cow::Borrowed(_)));
        assert!(matches!(decode("%3A", &[]), Cow::Borrowed(_)));
    }

    #[test]
    fn escapes_have_two_upper_case_digits() {
        assert_eq!(escaped_byte(b"%3A"), Some(b':'));
        assert_eq!(escaped_byte(b"%FF"), Some(0xff));
        for wrong in ["", "%", "%3", "%3a", "%3AA", "3A", "%G0", "% 3", "%é"] {
            assert_eq!(escaped_byte(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
