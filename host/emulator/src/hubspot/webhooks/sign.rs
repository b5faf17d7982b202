//! HubSpot's signatures as pure functions, according to its documents ("Validating requests").

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::{digest, hmac};

use crate::hubspot::random::hex;

/// The escapes that v3 decodes in a URL; all others stay.
const DECODED: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

/// Returns the SHA-256 of secret and body, in hexadecimal.
pub fn v1(secret: &str, body: &[u8]) -> String {
    sha256(&[secret.as_bytes(), body])
}

/// Returns the SHA-256 of secret, method, URL and body, in hexadecimal.
pub fn v2(secret: &str, method: &str, url: &str, body: &[u8]) -> String {
    sha256(&[secret.as_bytes(), method.as_bytes(), url.as_bytes(), body])
}

/// Returns the HMAC-SHA256 of method, URL, body and time in epoch milliseconds, in base64. The URL must already be
/// [`decoded`].
pub fn v3(secret: &str, method: &str, url: &str, body: &[u8], at_ms: u64) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    for part in [method.as_bytes(), url.as_bytes(), body, at_ms.to_string().as_bytes()] {
        context.update(part);
    }
    BASE64_STANDARD.encode(context.sign())
}

/// Decodes the twelve escapes in a URL that v3 is documented to decode, in one pass.
pub fn decoded(url: &str) -> String {
    let mut pieces = url.split('%');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |mut text, piece| {
        let escaped = format!("%{piece}");
        match DECODED.iter().find_map(|(escape, char)| Some((char, escaped.strip_prefix(escape)?))) {
            Some((char, rest)) => text.extend([char, rest]),
            None => text.push_str(&escaped),
        }
        text
    })
}

fn sha256(parts: &[&[u8]]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    hex(context.finish().as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn vectors() -> Vec<Value> {
        let file: Value = serde_json::from_str(include_str!("../../../../core/tests/vectors/hubspot.json")).unwrap();
        file["vectors"].as_array().unwrap().clone()
    }

    /// The vectors come from HubSpot's official clients; those with `published_by_hubspot` from its documents.
    #[test]
    fn signatures_match_the_official_clients() {
        let mut published = Vec::new();
        for vector in vectors() {
            let text = |member: &str| vector[member].as_str().unwrap();
            let (secret, method, url, body) =
                (text("client_secret"), text("method"), text("url"), text("body").as_bytes());
            let at = || text("timestamp").parse().unwrap();
            let signature = match text("version") {
                "v1" => v1(secret, body),
                "v2" => v2(secret, method, url, body),
                "v3" => v3(secret, method, url, body, at()),
                other => panic!("{other}"),
            };
            assert_eq!(signature, text("signature"), "{}", vector["id"]);
            if !vector["published_by_hubspot"].is_null() {
                published.push(text("version").to_owned());
            }
        }
        published.dedup();
        assert_eq!(published, ["v1", "v2", "v3"]);
    }

    #[test]
    fn urls_are_decoded_as_documented() {
        let mut differ = 0;
        for vector in vectors().iter().filter(|vector| vector["version"] == "v3") {
            let text = |member: &str| vector[member].as_str();
            let (secret, method, url) = (text("client_secret").unwrap(), text("method").unwrap(), text("url").unwrap());
            let plain = decoded(url);
            assert_eq!(plain, text("url_docs_decoded").unwrap_or(url));
            let at = text("timestamp").unwrap().parse().unwrap();
            let signature = v3(secret, method, &plain, text("body").unwrap().as_bytes(), at);
            let expected = text("signature_docs_decoded").or(text("signature")).unwrap();
            assert_eq!(signature, expected, "{}", vector["id"]);
            differ += usize::from(text("signature_docs_decoded").is_some());
        }
        assert_eq!(differ, 3);
        assert_eq!(decoded("https://a.example/%253A%3a%2F%"), "https://a.example/%253A%3a/%");
    }
}
