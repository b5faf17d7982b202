//! The plug's description, and fixtures with an invalid one.

use cordboard_plug::Description;
use cordboard_plug::Setting;
use cordboard_plug::manifest::{Authenticity, IfUnset, Route, UpdateMode};
use cordboard_plug::settings::{inbound, outbound};

use crate::abuse;
use crate::default_mode::default_mode;

/// The setting for the fixture.
pub const MODE: &str = "mode";
/// The setting for the host that may be called.
pub const URL: &str = "url";
/// The setting for the URLs to call, in order.
pub const TARGETS: &str = "targets";

const URL_SETTING: Setting<String> = Setting::new(URL, "The host that may be called, as host:port").or("localhost");
const TARGETS_SETTING: Setting<String> = Setting::new(TARGETS, "What is called: addresses, with blanks between them");

/// Returns a valid description.
pub fn plain() -> Description {
    let mut description = cordboard_plug::describe("hostile", "Does what no plug should", env!("CARGO_PKG_VERSION"));
    description.settings = vec![
        Setting::<String>::new(MODE, "The fixture to behave like").or(default_mode()).declared(),
        URL_SETTING.declared(),
        TARGETS_SETTING.declared(),
        inbound("token", "What senders prove themselves with", false),
        outbound("key", "What proves us to the host that may be called", false),
    ];
    description.routes = vec![route("hook".to_owned())];
    description.capabilities.creates = true;
    description.capabilities.updates = UpdateMode::MayChangeLink;
    description.capabilities.deletes = true;
    description.capabilities.knows_users = true;
    description.outbound_hosts = vec![format!("{{{URL}}}"), "hostile.example".to_owned()];
    description
}

fn route(name: String) -> Route {
    Route {
        name,
        summary: "At any time".to_owned(),
        methods: vec!["POST".to_owned()],
        media_types: Vec::new(),
        authenticity: Authenticity::SharedSecret("x-token".to_owned()),
        secrets: vec!["token".to_owned()],
        if_unset: IfUnset::Refuse,
        headers: Vec::new(),
    }
}

pub fn thousand_routes() -> Description {
    let routes = (0..1000).map(|number| route(format!("hook-{number}"))).collect();
    Description { routes, ..plain() }
}

pub fn endless_description() -> Description {
    abuse::run_for_ever()
}
