//! HubSpot's signatures, by code of its own: what checks them in the bridge has no part in what makes them here.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::http::Request;

/// In hexadecimal: SHA-256 over secret and body, with the headers of v1.
pub fn v1(request: Request, secret: &str) -> Request {
    let signature = hex(&Sha256::new().chain_update(secret).chain_update(&request.body).finalize());
    request.with("x-hubspot-signature", &signature).with("x-hubspot-signature-version", "v1")
}

/// In hexadecimal: SHA-256 over secret, method, address and body, with the headers of v2. `base` is what stands before
/// the request's target in the address that HubSpot was given.
pub fn v2(request: Request, secret: &str, base: &str) -> Request {
    let hash = Sha256::new()
        .chain_update(secret)
        .chain_update(&request.method)
        .chain_update(base)
        .chain_update(&request.target)
        .chain_update(&request.body);
    let signature = hex(&hash.finalize());
    request.with("x-hubspot-signature", &signature).with("x-hubspot-signature-version", "v2")
}

/// In base64: HMAC-SHA256 over method, address, body and time in epoch milliseconds, with the headers of v3.
pub fn v3(request: Request, secret: &str, base: &str, at: u64) -> Request {
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    for part in [request.method.as_bytes(), base.as_bytes(), request.target.as_bytes(), &request.body] {
        hmac.update(part);
    }
    hmac.update(at.to_string().as_bytes());
    let signature = BASE64_STANDARD.encode(hmac.finalize().into_bytes());
    request.with("x-hubspot-signature-v3", &signature).with("x-hubspot-request-timestamp", &at.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    const BASE: &str = "https://www.example.com";

    fn value<'a>(request: &'a Request, name: &str) -> &'a str {
        request.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// The examples that HubSpot's page "Validating requests" and its clients' tests publish.
    #[test]
    fn signatures_are_those_that_hubspot_publishes() {
        let body = concat!(
            r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"#,
            r#""subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","#,
            r#""changeFlag":"NEW","appId":54321}]"#
        );
        let signed = v1(Request::post("/", body), SECRET);
        let expected = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
        assert_eq!(value(&signed, "x-hubspot-signature"), expected);

        let signed = v2(Request::post("/webhook_uri", r#"{"example_field":"example_value"}"#), SECRET, BASE);
        let expected = "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900";
        assert_eq!(value(&signed, "x-hubspot-signature"), expected);

        let request = Request::post("/webhook_uri", "{'example_field':'example_value'}");
        let signed = v3(request, SECRET, BASE, 1_693_657_560_000);
        assert_eq!(value(&signed, "x-hubspot-signature-v3"), "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=");
    }
}
