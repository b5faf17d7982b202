//! Tests the plug's description.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{ROUTES, decode};
use cordboard_hubspot::HubSpot;
use cordboard_plug::Rejection;
use cordboard_plug::contract::crm::Guest;
use cordboard_plug::manifest::{Authenticity, IfUnset, Secrecy, UpdateMode};

#[test]
fn all_five_routes_are_signed_posts() {
    let description = <HubSpot as Guest>::describe();
    assert_eq!(description.name, "hubspot");
    let names: Vec<_> = description.routes.iter().map(|route| route.name.as_str()).collect();
    assert_eq!(names, ROUTES);
    for route in description.routes {
        assert_eq!(route.methods, ["POST"]);
        assert_eq!(route.media_types, ["application/json"]);
        assert_eq!(route.secrets, ["client-secret"]);
        assert_eq!(route.if_unset, IfUnset::Refuse);
        let Authenticity::Signatures(signatures) = route.authenticity else { panic!("{} is not signed", route.name) };
        let mut names: Vec<_> = signatures.iter().map(|signature| signature.name.as_str()).collect();
        // One scheme may be listed with several conditions.
        names.dedup();
        assert_eq!(names, ["v3", "v2", "v1"]);
    }
}

#[test]
fn every_declared_route_is_decoded() {
    for route in ROUTES {
        assert!(!matches!(decode(route, "{}"), Err(Rejection::Unsupported(_))), "{route}");
    }
}

#[test]
fn the_client_secret_is_inbound_and_the_developer_credentials_are_outbound() {
    let settings = HubSpot::describe().settings;
    let sorted: Vec<_> = settings.iter().map(|setting| (&*setting.key, setting.secrecy, setting.required)).collect();
    assert_eq!(
        sorted,
        [
            ("client-secret", Secrecy::Inbound, true),
            ("api-url", Secrecy::Open, false),
            ("api-version", Secrecy::Open, false),
            ("developer-api-key", Secrecy::Outbound, false),
            ("developer-access-token", Secrecy::Outbound, false),
        ]
    );
}

#[test]
fn the_plug_creates_no_conferences_and_calls_only_hubspot() {
    let description = HubSpot::describe();
    let capabilities = &description.capabilities;
    assert!(!capabilities.creates && !capabilities.deletes && !capabilities.knows_users);
    assert_eq!(capabilities.updates, UpdateMode::None);
    assert_eq!(description.outbound_hosts, ["{api-url}"]);
    let default = description.settings.iter().find(|setting| setting.key == "api-url").unwrap();
    assert_eq!(default.default_value.as_deref(), Some("https://api.hubapi.com"));
}
