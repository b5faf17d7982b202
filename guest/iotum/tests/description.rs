//! Tests the plug's description.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use cordboard_iotum::Iotum;
use cordboard_plug::Provider;
use cordboard_plug::manifest::{Authenticity, IfUnset, Secrecy, UpdateMode};

#[test]
fn the_description_lists_route_settings_and_capabilities() {
    let description = Iotum::describe();
    assert_eq!((description.name.as_str(), description.version.as_str()), ("iotum", env!("CARGO_PKG_VERSION")));
    assert_eq!(description.outbound_hosts, ["{host}"]);

    let [route] = description.routes.as_slice() else { panic!("one route") };
    assert_eq!((route.name.as_str(), route.methods.as_slice()), ("events", &["POST".to_owned()][..]));
    assert_eq!(route.media_types, ["application/json"]);
    assert_eq!(route.authenticity, Authenticity::SharedSecret("x-signing-token".to_owned()));
    assert_eq!((route.secrets.as_slice(), route.if_unset), (&["signing-token".to_owned()][..], IfUnset::Refuse));

    let settings: Vec<_> =
        description.settings.iter().map(|setting| (setting.key.as_str(), setting.secrecy, setting.required)).collect();
    assert_eq!(
        settings,
        [
            ("host", Secrecy::Open, true),
            ("signing-token", Secrecy::Inbound, false),
            ("email", Secrecy::Outbound, false),
            ("password", Secrecy::Outbound, false),
            ("host-id", Secrecy::Open, false),
            ("company-id", Secrecy::Open, false),
        ]
    );

    let can = description.capabilities;
    assert_eq!((can.creates, can.creates_with.as_slice()), (true, &["email".to_owned()][..]));
    assert_eq!((can.updates, can.deletes, can.knows_users), (UpdateMode::InPlace, false, true));
}
