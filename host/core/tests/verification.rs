//! Behavior common to all schemes: secrets, duplicate headers, precedence of schemes, signing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Request, by_signature, route};
use cordboard_core::signature_scheme::{
    Incoming, Sender, SignError, VerifyError, catalog, security_headers, verify_head,
};
use cordboard_core::types::manifest::{
    Authenticity, Condition, Digest, Format, IfUnset, Part, Place, Route, SignatureEncoding, SignatureScheme,
};

const URL: &str = "https://bridge.example.com/in/key/events";
const NOW_MS: u64 = 1_760_000_000_000;

fn shared() -> Route {
    route(Authenticity::SharedSecret("X-Api-Key".to_owned()))
}

fn zoom() -> Route {
    route(Authenticity::Signatures(catalog::zoom()))
}

fn signed_by_zoom(secret: &str) -> Request {
    let made = Request::post(URL, "{}").sign_route(&zoom(), None, secret, NOW_MS).unwrap();
    Request::post(URL, "{}").headers(made)
}

#[test]
fn a_shared_secret_must_match_exactly() {
    let verify =
        |value: &str| Request::post(URL, "{}").header("x-api-KEY", value).verify(&shared(), &["new", "old"], None, 0);
    assert_eq!(verify("new"), Ok(Sender::SharedSecret));
    assert_eq!(verify("old"), Ok(Sender::SharedSecret));
    for wrong in ["", "ne", "neww", "New", " new", "newold", "new,old", "other"] {
        assert_eq!(verify(wrong), Err(VerifyError::SecretMismatch("x-api-key".to_owned())), "{wrong:?}");
    }
    let missing = Request::post(URL, "{}").verify(&shared(), &["new"], None, 0);
    assert_eq!(missing, Err(VerifyError::HeaderMissing("x-api-key".to_owned())));
    let raw = Request::post(URL, "{}").header("X-Api-Key", [0xff, 0]).verify(&shared(), &["new"], None, 0);
    assert_eq!(raw.unwrap_err().reason(), "secret-mismatch");
}

#[test]
fn duplicate_headers_are_rejected_even_if_both_are_valid() {
    let doubled = Request::post(URL, "{}").header("X-Api-Key", "new").header("x-api-key", "new");
    assert_eq!(
        doubled.verify(&shared(), &["new"], None, 0),
        Err(VerifyError::HeaderDuplicated("x-api-key".to_owned()))
    );
    assert!(doubled.verify(&Route { if_unset: IfUnset::Accept, ..shared() }, &[], None, 0).is_err());

    let standard = route(Authenticity::Signatures(catalog::standard_webhooks()));
    let request = Request::post(URL, "{}").header("webhook-id", "msg_1");
    let made = request.sign_route(&standard, None, "c2VjcmV0", NOW_MS).unwrap();
    let request = request.headers(made);
    assert!(request.verify(&standard, &["c2VjcmV0"], None, NOW_MS).is_ok());
    let doubled = request.header("Webhook-Id", "msg_2").verify(&standard, &["c2VjcmV0"], None, NOW_MS);
    assert_eq!(
        doubled,
        Err(VerifyError::HeaderDuplicated("webhook-id".to_owned())),
        "signed headers must be unique too"
    );
}

/// A request without a plausible proof is rejected before its body is read.
#[test]
fn the_head_alone_rejects_invalid_requests() {
    let secrets = [("secret", vec!["new".to_owned()])];
    let head = |route: &Route, headers: &[(&str, &[u8])], now_ms| {
        let head = Incoming { method: "POST", url: URL, headers, body: &[] };
        verify_head(route, secrets.as_slice(), None, &head, now_ms)
    };
    let missing = |header: &str| Err(VerifyError::HeaderMissing(header.to_owned()));
    assert_eq!(head(&shared(), &[], 0), missing("x-api-key"));
    let wrong = head(&shared(), &[("x-api-key", b"other")], 0);
    assert_eq!(wrong, Err(VerifyError::SecretMismatch("x-api-key".to_owned())));
    assert_eq!(head(&shared(), &[("x-api-key", b"new")], 0), Ok(()));
    assert_eq!(head(&zoom(), &[], NOW_MS), missing("x-zm-signature"));
    let guessed: [(&str, &[u8]); 2] = [("x-zm-signature", b"v0=00"), ("x-zm-request-timestamp", b"1760000000")];
    assert_eq!(head(&zoom(), &guessed, NOW_MS), Ok(()), "only the body can disprove it");
    assert_eq!(head(&zoom(), &guessed, NOW_MS + 300_001), Err(VerifyError::Stale(300)));
    assert_eq!(head(&route(Authenticity::None), &[], 0), Ok(()));
}

#[test]
fn both_values_are_accepted_during_rotation() {
    for secret in ["new", "old"] {
        let outcome = signed_by_zoom(secret).verify(&zoom(), &["new", "old"], None, NOW_MS);
        assert_eq!(outcome, Ok(by_signature("v0", true)));
    }
    let outcome = signed_by_zoom("older").verify(&zoom(), &["new", "old"], None, NOW_MS);
    assert_eq!(outcome, Err(VerifyError::SignatureMismatch("x-zm-signature".to_owned())));
}

#[test]
fn a_blank_secret_counts_as_unset() {
    let unset = Err(VerifyError::SecretUnset(vec!["secret".to_owned()]));
    let bare = Request::post(URL, "{}");
    for secrets in [[].as_slice(), &[""], &[" ", "\t\r\n"]] {
        assert_eq!(bare.clone().header("x-api-key", "").verify(&shared(), secrets, None, 0), unset);
        assert_eq!(signed_by_zoom("x").verify(&zoom(), secrets, None, NOW_MS), unset);
        let optional = Route { if_unset: IfUnset::Accept, ..shared() };
        assert_eq!(bare.verify(&optional, secrets, None, 0), Ok(Sender::AddressOnly));
    }
}

#[test]
fn an_optional_secret_is_enforced_once_set() {
    let optional = Route { if_unset: IfUnset::Accept, ..shared() };
    let bare = Request::post(URL, "{}");
    assert_eq!(bare.verify(&optional, &["key"], None, 0).unwrap_err().reason(), "header-missing");
    let wrong = bare.clone().header("X-API-KEY", "other").verify(&optional, &["key"], None, 0);
    assert_eq!(wrong.unwrap_err().reason(), "secret-mismatch");
    assert_eq!(bare.header("X-API-KEY", "key").verify(&optional, &["key"], None, 0), Ok(Sender::SharedSecret));
}

#[test]
fn unauthenticated_routes_rely_on_the_address() {
    assert_eq!(Request::post(URL, "").verify(&route(Authenticity::None), &[], None, 0), Ok(Sender::AddressOnly));
}

#[test]
fn a_secret_that_is_not_base64_is_named_and_not_shown() {
    let daily = route(Authenticity::Signatures(catalog::daily()));
    let made = Request::post(URL, "{}").sign_route(&daily, None, "c2VjcmV0", NOW_MS).unwrap();
    let request = Request::post(URL, "{}").headers(made);
    let error = request.verify(&daily, &["not base64!"], None, NOW_MS).unwrap_err();
    assert_eq!(error, VerifyError::SecretUnreadable("secret".to_owned()));
    assert!(!format!("{error} {error:?}").contains("base64!"));
    let either = request.verify(&daily, &["not base64!", "c2VjcmV0"], None, NOW_MS);
    assert!(either.is_ok(), "the other value matches");
}

#[test]
fn security_headers_are_in_lower_case() {
    assert_eq!(security_headers(&shared()), ["x-api-key"]);
    assert!(security_headers(&route(Authenticity::None)).is_empty());
    assert_eq!(
        security_headers(&route(Authenticity::Signatures(catalog::hubspot()))),
        ["x-hubspot-request-timestamp", "x-hubspot-signature", "x-hubspot-signature-v3", "x-hubspot-signature-version"]
    );
    let standard = security_headers(&route(Authenticity::Signatures(catalog::standard_webhooks())));
    assert_eq!(standard, ["webhook-signature", "webhook-timestamp"], "the plug may read the id");
}

#[test]
fn a_duplicate_timestamp_is_rejected() {
    let whereby = route(Authenticity::Signatures(catalog::whereby()));
    let made = Request::post(URL, "{}").sign_route(&whereby, None, "secret", NOW_MS).unwrap();
    let value = &made[0].1;
    for (value, reason) in [
        (format!("t=1760000001,{value}"), "timestamp-unreadable"),
        (value.replace("t=", "x="), "timestamp-unreadable"),
        (value.replace("v1=", "v2="), "signature-mismatch"),
        (value.replace("v1=", "v1=0"), "signature-mismatch"),
        (value.to_uppercase().replace("T=", "t=").replace("V1=", "v1="), "signature-mismatch"),
    ] {
        let outcome = Request::post(URL, "{}").header("Whereby-Signature", value.as_str()).verify(
            &whereby,
            &["secret"],
            None,
            NOW_MS,
        );
        assert_eq!(outcome.unwrap_err().reason(), reason, "{value}");
    }
    let among = format!("v1=00,{value},v1=zz");
    let outcome =
        Request::post(URL, "{}").header("whereby-signature", among).verify(&whereby, &["secret"], None, NOW_MS);
    assert_eq!(outcome, Ok(by_signature("v1", true)), "any of several may match");
}

#[test]
fn the_prefix_is_part_of_the_signature() {
    let request = signed_by_zoom("secret");
    let (_, value) = request.headers.iter().find(|(name, _)| name == "x-zm-signature").unwrap();
    let hex = value.strip_prefix(b"v0=").unwrap();
    for wrong in [hex.to_vec(), [b"V0=", hex].concat(), [b"v0=v0=", hex].concat(), b"v0=".to_vec()] {
        let mut changed = request.clone();
        changed.headers.retain(|(name, _)| name != "x-zm-signature");
        let outcome = changed.header("x-zm-signature", wrong).verify(&zoom(), &["secret"], None, NOW_MS);
        assert_eq!(outcome.unwrap_err().reason(), "signature-mismatch");
    }
}

/// Options that the catalog does not use: SHA-512, a plain digest with the secret last, the method, a header and a
/// literal.
#[test]
fn a_scheme_may_combine_all_options() {
    let scheme = SignatureScheme {
        name: "own".to_owned(),
        applies_if: vec![Condition::HeaderIs(("X-Version".to_owned(), "7".to_owned()))],
        at: Place { header: "X-Sum".to_owned(), format: Format::Tagged("s".to_owned()) },
        digest: Digest::Sha512,
        keyed: false,
        encoding: SignatureEncoding::Hex,
        texts: vec![vec![
            Part::Method,
            Part::Literal("|".to_owned()),
            Part::Header("X-Id".to_owned()),
            Part::Body,
            Part::Secret,
        ]],
        freshness: None,
        ..catalog::webex().remove(0)
    };
    let unsigned = Request { method: "PUT".to_owned(), ..Request::post(URL, "{}") };
    let request = unsigned.clone().header("X-ID", "42");
    let made = request.sign(&scheme, "geheim", 0).unwrap();
    // printf 'PUT|42{}geheim' | sha512sum
    let sum = "s,634326f689ab3d193bc4cb625eedab5f000a9df52e764b69045de6c33eddb788f74d0989eaaabc8d0cd2a2e5f5f48b483344bb72e684f959deb0ef15a4c07c34";
    assert_eq!(made, [("X-Sum".to_owned(), sum.to_owned()), ("X-Version".to_owned(), "7".to_owned())]);
    let route = route(Authenticity::Signatures(vec![scheme.clone()]));
    assert_eq!(request.clone().headers(made).verify(&route, &["geheim"], None, 0), Ok(by_signature("own", false)));

    let missing = unsigned.sign(&scheme, "geheim", 0);
    assert_eq!(missing, Err(SignError::HeaderMissing("X-Id".to_owned())));
    let other = request.header("x-version", "8").sign(&scheme, "geheim", 0);
    assert_eq!(other, Err(SignError::HeaderConflict("X-Version".to_owned())));
}

#[test]
fn only_a_usable_secret_signs() {
    for secret in ["", " ", "a\r\nb: c"] {
        let outcome = Request::post(URL, "").sign_route(&shared(), None, secret, 0);
        assert_eq!(outcome, Err(SignError::SecretUnusable), "{secret:?}");
    }
    assert_eq!(Request::post(URL, "").sign_route(&zoom(), None, "", 0), Err(SignError::SecretUnusable));
    let unknown = Request::post(URL, "").sign_route(&zoom(), Some("v9"), "secret", 0);
    assert_eq!(unknown, Err(SignError::NoSuchScheme("v9".to_owned())));
    let doubled = Request::post(URL, "").header("X-ZM-Signature", "x").sign_route(&zoom(), None, "secret", 0);
    assert_eq!(doubled, Err(SignError::HeaderConflict("x-zm-signature".to_owned())));
    let shared = Request::post(URL, "").sign_route(&shared(), None, "secret", 0);
    assert_eq!(shared, Ok(vec![("X-Api-Key".to_owned(), "secret".to_owned())]));
    assert_eq!(Request::post(URL, "").sign_route(&route(Authenticity::None), None, "", 0), Ok(Vec::new()));
}

#[test]
fn every_error_suggests_a_fix() {
    let name = || "x-name".to_owned();
    let errors = [
        VerifyError::HeaderDuplicated(name()),
        VerifyError::HeaderMissing(name()),
        VerifyError::SignatureMissing,
        VerifyError::NotAccepted(name()),
        VerifyError::SecretUnset(vec![name(), "other".to_owned()]),
        VerifyError::SecretUnreadable(name()),
        VerifyError::SecretMismatch(name()),
        VerifyError::SignatureMismatch(name()),
        VerifyError::TimestampUnreadable(name()),
        VerifyError::Stale(300),
        VerifyError::SchemeInvalid,
    ];
    let reasons: std::collections::BTreeSet<_> = errors.iter().map(VerifyError::reason).collect();
    assert_eq!(reasons.len(), errors.len());
    for error in errors {
        let message = error.to_string();
        assert!(message.contains(": "), "a cause, then a fix: {message}");
    }
}
