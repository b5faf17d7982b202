//! HubSpot's signatures, compared with those of its own clients: `vectors/hubspot.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Request, by_signature, route};
use cordboard_core::signature_scheme::{Sender, VerifyError, catalog};
use cordboard_core::types::manifest::{Authenticity, Route};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
    invalid: Vec<Vector>,
    age: Vec<Age>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    version: String,
    client_secret: String,
    method: String,
    url: String,
    body: String,
    body_base64: Option<String>,
    timestamp: Option<String>,
    signature: String,
    signature_docs_decoded: Option<String>,
    headers: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Age {
    now_ms: u64,
    timestamp: String,
    age_ms: Option<i64>,
}

fn file() -> File {
    serde_json::from_str(include_str!("vectors/hubspot.json")).unwrap()
}

fn hubspot() -> Route {
    route(Authenticity::Signatures(catalog::hubspot()))
}

impl Vector {
    fn unsigned(&self) -> Request {
        Request { method: self.method.clone(), ..Request::post(&self.url, self.body.as_bytes()) }
    }

    fn signed(&self, signature: &str) -> Request {
        match &self.timestamp {
            Some(timestamp) => self
                .unsigned()
                .header("x-hubspot-signature-v3", signature)
                .header("x-hubspot-request-timestamp", timestamp.as_str()),
            None => self
                .unsigned()
                .header("x-hubspot-signature", signature)
                .header("x-hubspot-signature-version", self.version.as_str()),
        }
    }

    fn now_ms(&self) -> u64 {
        self.timestamp.as_deref().map_or(0, |timestamp| timestamp.parse().unwrap())
    }

    fn verify(&self, request: &Request) -> Result<Sender, VerifyError> {
        request.verify(&hubspot(), &[&self.client_secret], None, self.now_ms())
    }
}

#[test]
fn signatures_of_hubspots_clients_are_accepted() {
    let file = file();
    assert_eq!(file.vectors.len(), 24);
    for vector in &file.vectors {
        let by = Ok(by_signature(&vector.version, vector.version == "v3"));
        if let Some(body) = &vector.body_base64 {
            assert_eq!(STANDARD.decode(body).unwrap(), vector.body.as_bytes(), "{}", vector.id);
        }
        assert_eq!(vector.verify(&vector.signed(&vector.signature)), by, "{}", vector.id);
        let headers = vector.headers.clone().unwrap();
        assert_eq!(vector.verify(&vector.unsigned().headers(headers)), by, "{}", vector.id);
    }
}

#[test]
fn urls_decoded_as_documented_are_accepted() {
    let file = file();
    let decoded: Vec<_> =
        file.vectors.iter().filter_map(|vector| Some((vector, vector.signature_docs_decoded.as_ref()?))).collect();
    assert!(!decoded.is_empty());
    for (vector, signature) in decoded {
        assert_eq!(vector.verify(&vector.signed(signature)), Ok(by_signature("v3", true)), "{}", vector.id);
    }
}

#[test]
fn signatures_without_a_version_are_v1() {
    let file = file();
    for vector in file.vectors.iter().filter(|vector| vector.version == "v1") {
        let request = vector.unsigned().header("X-HubSpot-Signature", vector.signature.as_str());
        assert_eq!(vector.verify(&request), Ok(by_signature("v1", false)), "{}", vector.id);
    }
    for vector in file.vectors.iter().filter(|vector| vector.version == "v2") {
        let request = vector.unsigned().header("X-HubSpot-Signature", vector.signature.as_str());
        assert!(vector.verify(&request).is_err(), "{}", vector.id);
    }
}

#[test]
fn altered_requests_are_rejected() {
    let file = file();
    assert_eq!(file.invalid.len(), 13);
    for vector in &file.invalid {
        assert!(vector.verify(&vector.signed(&vector.signature)).is_err(), "{}", vector.id);
    }
}

#[test]
fn our_signatures_equal_hubspots() {
    for vector in &file().vectors {
        let (secret, version) = (&vector.client_secret, Some(vector.version.as_str()));
        let made = vector.unsigned().sign_route(&hubspot(), version, secret, vector.now_ms()).unwrap();
        let lower = |headers: BTreeMap<String, String>| -> BTreeMap<String, String> {
            headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
        };
        let expected = vector.headers.clone().unwrap();
        assert_eq!(lower(made.into_iter().collect()), lower(expected), "{}", vector.id);
    }
}

/// Exactly five minutes, in both directions. Computes the signature here, because `sign` only writes valid timestamps.
#[test]
fn requests_expire_after_five_minutes() {
    const URL: &str = "https://meet.example.com/hubspot/create";
    let signed_at = |timestamp: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(format!("POST{URL}{{}}{timestamp}").as_bytes());
        Request::post(URL, "{}")
            .header("X-HubSpot-Signature-V3", STANDARD.encode(mac.finalize().into_bytes()))
            .header("X-HubSpot-Request-Timestamp", timestamp)
    };
    let file = file();
    assert_eq!(file.age.len(), 6);
    for age in file.age {
        let outcome = signed_at(&age.timestamp).verify(&hubspot(), &["secret"], None, age.now_ms);
        match age.age_ms {
            Some(0..=300_000) => assert_eq!(outcome, Ok(by_signature("v3", true)), "{}", age.timestamp),
            Some(_) => assert_eq!(outcome, Err(VerifyError::Stale(300)), "{}", age.timestamp),
            None => assert_eq!(outcome.unwrap_err().reason(), "timestamp-unreadable", "{}", age.timestamp),
        }
    }
    let now_ms = 1_760_000_000_000;
    let verify = |timestamp: &str| signed_at(timestamp).verify(&hubspot(), &["secret"], None, now_ms);
    assert!(verify("1760000300000").is_ok());
    assert_eq!(verify("1760000300001"), Err(VerifyError::Stale(300)));
    assert_eq!(verify("18446744073709551615"), Err(VerifyError::Stale(300)));
    assert_eq!(verify("18446744073709551616").unwrap_err().reason(), "timestamp-unreadable");
}

/// HubSpot sends v1 along with v3. An attacker who replays a request can remove headers, but not replace them.
#[test]
fn v3_decides_if_present() {
    let now_ms = 1_760_000_000_000;
    let request = Request::post("https://meet.example.com/hubspot/create", "{}");
    let sign = |version, secret| request.sign_route(&hubspot(), Some(version), secret, now_ms).unwrap();
    let verify = |request: &Request, accept| request.verify(&hubspot(), &["secret"], accept, now_ms);
    let v1 = request.clone().headers(sign("v1", "secret"));
    let both = v1.clone().headers(sign("v3", "secret"));
    let wrong_v3 = v1.clone().headers(sign("v3", "another"));
    let (by_v1, by_v3) = (Ok(by_signature("v1", false)), Ok(by_signature("v3", true)));

    assert_eq!(verify(&v1, None), by_v1);
    assert_eq!(verify(&both, None), by_v3);
    assert_eq!(verify(&wrong_v3, None).unwrap_err().reason(), "signature-mismatch");
    assert_eq!(verify(&v1.clone().header("x-hubspot-signature-v3", ""), None).unwrap_err().reason(), "header-missing");

    assert_eq!(verify(&both, Some(&["v3"])), by_v3);
    assert_eq!(verify(&both, Some(&["v1"])), by_v1, "v1 alone was configured explicitly");
    assert_eq!(verify(&v1, Some(&["v3"])), Err(VerifyError::NotAccepted("v1".to_owned())));
    assert_eq!(verify(&v1, Some(&[])), Err(VerifyError::NotAccepted("v1".to_owned())));
    assert_eq!(verify(&request, Some(&["v3"])), Err(VerifyError::SignatureMissing));
    assert_eq!(verify(&request, None), Err(VerifyError::SignatureMissing));
}
