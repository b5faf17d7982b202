//! All schemes of the catalog: known requests (`vectors/providers.json`) are accepted, altered ones rejected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Request, all_schemes, by_signature, route};
use cordboard_core::signature_scheme::{Sender, faults, security_headers};
use cordboard_core::types::manifest::{Authenticity, Route, SignatureScheme};
use serde::Deserialize;

const NOW_MS: u64 = 1_760_000_000_000;
const URL: &str = "https://bridge.example.com/in/key/events?a=%3A";
const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    vendor: String,
    secret: String,
    body: String,
    headers: BTreeMap<String, String>,
    now_ms: u64,
}

fn of(vendor: &str) -> Route {
    let (_, schemes) = all_schemes().into_iter().find(|(name, _)| *name == vendor).unwrap();
    route(Authenticity::Signatures(schemes))
}

/// Every scheme with a request signed by it.
fn signed() -> Vec<(&'static str, Route, SignatureScheme, Request)> {
    let mut all = Vec::new();
    for (vendor, schemes) in all_schemes() {
        for scheme in &schemes {
            let request = Request::post(URL, "{\"a\": \"ü\"}").header("webhook-id", "msg_1");
            let made = request.sign(scheme, SECRET, NOW_MS).unwrap();
            all.push((vendor, of(vendor), scheme.clone(), request.headers(made)));
        }
    }
    all
}

#[test]
fn known_requests_are_accepted() {
    let file: File = serde_json::from_str(include_str!("vectors/providers.json")).unwrap();
    let known: BTreeSet<_> = file.vectors.iter().map(|vector| vector.vendor.as_str()).collect();
    let cataloged: BTreeSet<_> =
        all_schemes().into_iter().map(|(name, _)| name).filter(|name| *name != "hubspot").collect();
    assert_eq!(known, cataloged);
    for vector in &file.vectors {
        let request = Request::post(URL, vector.body.as_bytes()).headers(vector.headers.clone());
        let outcome = request.verify(&of(&vector.vendor), &[&vector.secret], None, vector.now_ms);
        assert!(matches!(outcome, Ok(Sender::Signed { .. })), "{}: {outcome:?}", vector.vendor);
    }
}

#[test]
fn signed_requests_are_accepted() {
    for (vendor, route, scheme, request) in signed() {
        assert_eq!(
            request.verify(&route, &[SECRET], None, NOW_MS),
            Ok(by_signature(&scheme.name, scheme.freshness.is_some())),
            "{vendor}"
        );
    }
}

#[test]
fn other_secrets_and_changed_bodies_are_rejected() {
    for (vendor, route, scheme, request) in signed() {
        let reason = |request: &Request, secret| request.verify(&route, &[secret], None, NOW_MS).unwrap_err().reason();
        let about = format!("{vendor} {}", scheme.name);
        assert_eq!(reason(&request, "YW5vdGhlcg=="), "signature-mismatch", "{about}");
        for index in 0..request.body.len() {
            let mut changed = request.clone();
            changed.body[index] ^= 1;
            assert_eq!(reason(&changed, SECRET), "signature-mismatch", "{about}: byte {index}");
        }
        let mut longer = request.clone();
        longer.body.push(b' ');
        assert_eq!(reason(&longer, SECRET), "signature-mismatch", "{about}");
        longer.body.clear();
        assert_eq!(reason(&longer, SECRET), "signature-mismatch", "{about}");
    }
}

#[test]
fn changed_security_headers_are_rejected() {
    for (vendor, route, scheme, request) in signed() {
        for (index, (name, value)) in request.headers.iter().enumerate() {
            for byte in 0..value.len() {
                let mut changed = request.clone();
                changed.headers[index].1[byte] ^= 1;
                // Only Standard Webhooks reads this header.
                if name != "webhook-id" || vendor == "standard_webhooks" {
                    let outcome = changed.verify(&route, &[SECRET], None, NOW_MS);
                    assert!(outcome.is_err(), "{vendor} {}: {changed:?}", scheme.name);
                }
            }
        }
    }
}

#[test]
fn missing_and_duplicate_security_headers_are_rejected() {
    for (vendor, route, scheme, request) in signed() {
        let proving = security_headers(&route);
        for (index, (name, value)) in request.headers.iter().enumerate() {
            if !proving.contains(&name.to_ascii_lowercase()) {
                continue;
            }
            let doubled = request.clone().header(&name.to_ascii_uppercase(), value.clone());
            let outcome = doubled.verify(&route, &[SECRET], None, NOW_MS);
            assert_eq!(outcome.unwrap_err().reason(), "header-duplicated", "{vendor} {name}");

            let mut missing = request.clone();
            missing.headers.remove(index);
            let outcome = missing.verify(&route, &[SECRET], None, NOW_MS);
            // Without a version, HubSpot's signature is v1 too.
            if scheme.name == "v1" && name == "X-HubSpot-Signature-Version" {
                assert_eq!(outcome, Ok(by_signature("v1", false)));
            } else {
                assert!(outcome.is_err(), "{vendor} {name}: {outcome:?}");
            }
        }
    }
}

#[test]
fn timestamps_expire_in_both_directions() {
    for (vendor, route, scheme, request) in signed() {
        let verify = |now_ms| request.verify(&route, &[SECRET], None, now_ms);
        for (now_ms, passes) in [
            (NOW_MS - 300_001, false),
            (NOW_MS - 300_000, true),
            (NOW_MS + 300_000, true),
            (NOW_MS + 300_001, false),
            (0, false),
            (u64::MAX, false),
        ] {
            let expected = passes || scheme.freshness.is_none();
            assert_eq!(verify(now_ms).is_ok(), expected, "{vendor} {} at {now_ms}", scheme.name);
        }
    }
}

#[test]
fn the_catalog_has_no_faults() {
    for (vendor, _) in all_schemes() {
        assert_eq!(faults(&of(vendor)), Vec::<String>::new(), "{vendor}");
    }
}
