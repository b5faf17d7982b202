//! Arbitrary input: no scheme panics, and none accepts an unsigned request.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Request, all_schemes, by_signature, route};
use cordboard_core::signature_scheme::{faults, security_headers};
use cordboard_core::types::effect::{Capture, Escape};
use cordboard_core::types::manifest::{Authenticity, Route};
use cordboard_core::{render, signature_scheme};
use proptest::collection::vec;
use proptest::prelude::*;

fn routes() -> Vec<Route> {
    let mut routes: Vec<_> =
        all_schemes().into_iter().map(|(_, schemes)| route(Authenticity::Signatures(schemes))).collect();
    routes.push(route(Authenticity::SharedSecret("X-Api-Key".to_owned())));
    routes
}

/// A header that a scheme reads, with an arbitrary or almost valid value.
fn header() -> impl Strategy<Value = (String, Vec<u8>)> {
    let mut names: Vec<String> = routes().iter().flat_map(security_headers).collect();
    names.push("webhook-id".to_owned());
    let value = prop_oneof![
        vec(any::<u8>(), 0..100),
        "(t=)?[0-9]{0,22}(,v[01]=[0-9a-f]{0,64}){0,20}".prop_map(String::into_bytes),
        "(v1,[A-Za-z0-9+/]{43}= ?){0,20}".prop_map(String::into_bytes),
        "(v0=|sha256=|)[0-9a-f]{64}".prop_map(String::into_bytes),
        "17[0-9]{8}([0-9]{3})?|v[123]".prop_map(String::into_bytes),
    ];
    (proptest::sample::select(names), value)
}

proptest! {
    #[test]
    fn unsigned_requests_are_rejected(
        headers in vec(header(), 0..8),
        body in vec(any::<u8>(), 0..200),
        url in any::<String>(),
        method in "[A-Z]{0,8}",
        secret in "[A-Za-z0-9+/]{4,40}|.*",
        now_ms in prop_oneof![any::<u64>(), 1_699_999_900_000_u64..1_800_000_000_000],
    ) {
        let request = Request { method, url, headers, body };
        for route in routes() {
            let outcome = request.verify(&route, &[&secret], None, now_ms);
            prop_assert!(outcome.is_err(), "{outcome:?}");
            prop_assert!(!outcome.unwrap_err().to_string().is_empty());
        }
    }

    #[test]
    fn signed_requests_are_accepted_and_altered_ones_rejected(
        body in vec(any::<u8>(), 0..200),
        path in "[!-~]{0,60}",
        // Groups of four characters, so that it is also valid base64.
        secret in "([A-Za-z0-9+/]{4}){1,10}",
        now_ms in 0_u64..100_000_000_000_000,
        flipped in any::<prop::sample::Index>(),
    ) {
        let url = format!("https://bridge.example.com/{path}");
        for (vendor, schemes) in all_schemes() {
            let route = route(Authenticity::Signatures(schemes.clone()));
            for scheme in schemes {
                let request = Request::post(&url, body.clone()).header("Webhook-ID", "id");
                let made = request.sign(&scheme, &secret, now_ms).unwrap();
                let mut request = request.headers(made);
                let verify = |request: &Request| request.verify(&route, &["wrong+secret", &secret], None, now_ms);
                prop_assert_eq!(verify(&request), Ok(by_signature(&scheme.name, scheme.freshness.is_some())), "{}", vendor);
                request.body.push(0);
                let index = flipped.index(request.body.len());
                request.body[index] ^= 0x80;
                prop_assert!(verify(&request).is_err(), "{}", vendor);
            }
        }
    }

    #[test]
    fn arbitrary_schemes_are_validated_and_run(text in any::<String>(), other in "[%a-zA-Z0-9=,. -]{0,20}") {
        let mut scheme = signature_scheme::catalog::standard_webhooks().remove(0);
        scheme.at.header.clone_from(&text);
        scheme.prefix.clone_from(&other);
        scheme.texts[0].push(cordboard_core::types::manifest::Part::Url(vec![text.clone(), other.clone()]));
        let route = Route { name: text.clone(), ..route(Authenticity::Signatures(vec![scheme])) };
        for fault in faults(&route) {
            prop_assert!(!fault.contains(char::is_control), "{fault}");
        }
        let request = Request::post(&other, text.as_bytes()).header(&text, other.as_bytes());
        prop_assert!(request.verify(&route, &[&text, "c2VjcmV0"], None, 0).is_err());
    }

    #[test]
    fn escaped_text_round_trips(text in any::<String>()) {
        let json = format!("\"{}\"", render::escape(&text, Escape::Json));
        prop_assert_eq!(&serde_json::from_str::<String>(&json).unwrap(), &text);
        for kind in [Escape::Url, Escape::Form] {
            let escaped = render::escape(&text, kind);
            prop_assert!(escaped.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~*+%".contains(&byte)));
            let unescaped = if kind == Escape::Form { escaped.replace('+', " ") } else { escaped };
            prop_assert_eq!(percent_decoded(&unescaped), text.as_bytes());
        }
    }

    #[test]
    fn arbitrary_captures_and_hosts(body in vec(any::<u8>(), 0..100), text in any::<String>(), port in any::<u16>()) {
        let captures = [Capture { pointer: text.clone(), key: text.clone(), expires_in_pointer: Some(text.clone()) }];
        render::capture(&body, &captures);
        let settings = [("k".to_owned(), text.clone())];
        let patterns = [text, "{k}".to_owned()];
        let allowed = render::host_allowed("private.example.com", port, &patterns, &settings);
        prop_assert!(!allowed);
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    decoded
}
