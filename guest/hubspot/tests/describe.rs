//! What the plug tells its host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{ROUTES, decode};
use cordboard_hubspot::HubSpot;
use cordboard_plug::Rejection;
use cordboard_plug::contract::crm::Guest;
use cordboard_plug::manifest::{Authenticity, IfUnset, Secrecy, UpdateMode};

#[test]
fn five_routes_each_post_and_signed() {
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
        // One name may have several conditions under which it applies.
        names.dedup();
        assert_eq!(names, ["v3", "v2", "v1"]);
    }
}

#[test]
fn every_route_is_read() {
    for route in ROUTES {
        assert!(!matches!(decode(route, "{}"), Err(Rejection::Unsupported(_))), "{route}");
    }
}

#[test]
fn the_client_secret_never_leaves_and_the_developers_secrets_prove_us() {
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
fn a_crm_makes_no_conferences_and_calls_hubspot_alone() {
    let description = HubSpot::describe();
    let capabilities = &description.capabilities;
    assert!(!capabilities.creates && !capabilities.deletes && !capabilities.knows_users);
    assert_eq!(capabilities.updates, UpdateMode::None);
    assert_eq!(description.outbound_hosts, ["{api-url}"]);
    let default = description.settings.iter().find(|setting| setting.key == "api-url").unwrap();
    assert_eq!(default.default_value.as_deref(), Some("https://api.hubapi.com"));
}
