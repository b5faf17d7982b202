//! Faults reported for invalid routes and schemes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::route;
use cordboard_core::signature_scheme::{catalog, faults};
use cordboard_core::types::manifest::{Authenticity, Condition, Format, Part, Route, SecretForm, SignatureScheme};

/// Returns the only fault of a route.
fn fault(route: &Route) -> String {
    let mut found = faults(route);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Returns the only fault of Zoom's scheme after a change.
fn changed(change: impl FnOnce(&mut SignatureScheme)) -> String {
    let mut schemes = catalog::zoom();
    change(&mut schemes[0]);
    let fault = fault(&route(Authenticity::Signatures(schemes)));
    assert!(fault.starts_with("route `events`: "), "{fault}");
    fault
}

#[test]
fn a_valid_route_has_no_faults() {
    for authenticity in [
        Authenticity::None,
        Authenticity::SharedSecret("X-Api-Key".to_owned()),
        Authenticity::Signatures(catalog::zoom()),
    ] {
        assert_eq!(faults(&route(authenticity)), Vec::<String>::new());
    }
}

#[test]
fn route_faults_are_reported() {
    let valid = || route(Authenticity::SharedSecret("X-Api-Key".to_owned()));
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    for name in ["", "a/b", "..", "ü", "a b"] {
        assert!(fault(&Route { name: name.to_owned(), ..valid() }).contains("must be a path segment"), "{name}");
    }
    assert!(fault(&Route { methods: Vec::new(), ..valid() }).contains("no method"));
    assert!(fault(&Route { methods: list(&["post"]), ..valid() }).contains("upper-case"));
    for media_type in ["json", "application/json; charset=utf-8", "Application/JSON", "/", ""] {
        assert!(
            fault(&Route { media_types: list(&[media_type]), ..valid() }).contains("is not a lower-case media type"),
            "{media_type}"
        );
    }
    assert!(fault(&Route { secrets: Vec::new(), ..valid() }).contains("no setting for its secret"));
    assert!(fault(&Route { secrets: list(&["key", ""]), ..valid() }).contains("empty key"));
    assert!(fault(&Route { headers: list(&["X-Id"]), ..valid() }).contains("must be in lower case"));
    assert!(fault(&Route { headers: list(&["x-api-key"]), ..valid() }).contains("authenticates the sender"));
    assert!(fault(&route(Authenticity::SharedSecret("x api key".to_owned()))).contains("is not a valid header name"));
    assert!(fault(&route(Authenticity::Signatures(Vec::new()))).contains("no signature scheme"));
    assert!(fault(&Route { headers: vec!["x".to_owned(); 1000], ..valid() }).contains("at most 64 are allowed"));
}

#[test]
fn signature_faults_are_reported() {
    assert!(changed(|scheme| scheme.name = " ".to_owned()).contains("name is empty"));
    assert!(changed(|scheme| scheme.at.header = String::new()).contains("is not a valid header name"));
    assert!(changed(|scheme| scheme.at.format = Format::Field("v=1".to_owned())).contains("cannot name a value"));
    assert!(changed(|scheme| scheme.at.format = Format::Tagged(String::new())).contains("cannot name a value"));
    assert!(changed(|scheme| scheme.texts.clear()).contains("no signed text"));
    assert!(changed(|scheme| scheme.texts.push(Vec::new())).contains("no parts"));
    assert!(changed(|scheme| scheme.texts[0].push(Part::Secret)).contains("both the key and part"));
    assert!(changed(|scheme| scheme.keyed = false).contains("anyone could forge it"));
    assert!(changed(|scheme| scheme.freshness = None).contains("nothing says where"));
    assert!(changed(|scheme| scheme.texts = vec![vec![Part::Body]]).contains("anyone could replace it"));
    assert!(changed(|scheme| scheme.freshness.as_mut().unwrap().tolerance_seconds = 0).contains("0 seconds"));
    assert!(changed(|scheme| scheme.at = scheme.freshness.clone().unwrap().sent_at).contains("one header"));
    assert!(changed(|scheme| scheme.secret_form = SecretForm::Base64("a ".to_owned())).contains("blank"));
    assert!(changed(|scheme| scheme.texts = vec![Vec::new(); 5]).contains("at most 4 are allowed"));
    for escape in ["%3a", "3A", "%", "%3AA", ""] {
        let url = Part::Url(vec!["%3A".to_owned(), escape.to_owned()]);
        assert!(changed(|scheme| scheme.texts[0].push(url)).contains("percent-escape"), "{escape}");
    }
}

#[test]
fn conditions_must_be_satisfiable() {
    let present = |header: &str| Condition::HeaderPresent(header.to_owned());
    let absent = |header: &str| Condition::HeaderAbsent(header.to_owned());
    let is = |header: &str, value: &str| Condition::HeaderIs((header.to_owned(), value.to_owned()));
    for never in
        [vec![present("X-A"), absent("x-a")], vec![is("x-a", "1"), absent("x-a")], vec![is("x-a", "1"), is("X-A", "2")]]
    {
        assert!(changed(|scheme| scheme.applies_if = never).contains("never hold"));
    }
    let together = vec![present("x-a"), is("x-a", "1"), absent("x-b"), is("x-c", "2")];
    let mut schemes = catalog::zoom();
    schemes[0].applies_if = together;
    assert_eq!(faults(&route(Authenticity::Signatures(schemes))), Vec::<String>::new());
}

#[test]
fn an_unreachable_signature_is_a_fault() {
    let twice = [catalog::zoom(), catalog::zoom()].concat();
    assert!(fault(&route(Authenticity::Signatures(twice))).contains("never checked"));
    let hidden = [catalog::zoom(), catalog::hubspot().into_iter().take(1).collect()].concat();
    assert!(fault(&route(Authenticity::Signatures(hidden))).contains("never checked"));
    let in_order = [catalog::hubspot(), catalog::zoom()].concat();
    assert_eq!(faults(&route(Authenticity::Signatures(in_order))), Vec::<String>::new());
}

/// Text from a plug is quoted shortened and on one line, and the number of faults is bounded.
#[test]
fn faults_are_short_and_few() {
    let name = "x\n\u{1b}[31m".repeat(10_000);
    let hostile =
        Route { name: name.clone(), methods: vec![name.clone(); 8], ..route(Authenticity::SharedSecret(name)) };
    let found = faults(&hostile);
    assert!(found.len() > 8);
    assert!(found.iter().all(|fault| fault.len() < 2000 && !fault.contains(char::is_control)), "{found:?}");
    let escapes = vec![vec![Part::Body, Part::Url(vec![String::new(); 64])]; 4];
    let mut schemes = catalog::webex();
    schemes[0].texts = escapes;
    assert_eq!(faults(&route(Authenticity::Signatures(schemes))).len(), 32);
}
