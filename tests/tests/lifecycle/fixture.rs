//! A configuration with a Jitsi connection, and two versions of its plug that differ in a text.

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, Activated, LifecycleError, Target};
use cordboard::topology::Mode;
use cordboard_tests::bridge::{Bridge, Installation, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};
use cordboard_tests::plugs::with_text;
pub use cordboard_tests::plugs::{FIRST, SECOND};

/// Returns an installation with a file of the other version.
pub fn installation() -> Installation {
    let installation = Installation::new();
    installation.put("second.wasm", &with_text("jitsi", FIRST, SECOND));
    installation
}

pub fn config() -> String {
    let rooms = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"jitsi\"\nsettings = {{ host = \"https://meet.example.org\" }}\n"
    );
    hubspot::config("conferencing = \"rooms\"\nlimits.requests-per-second = 1000000", &rooms)
}

pub fn rooms() -> Target {
    Target::Connection(connection(ACCOUNT, "rooms"))
}

/// Returns a reference to a plug file of the installation.
pub fn file(installation: &Installation, name: &str) -> PlugRef {
    PlugRef::File(installation.data().parent().unwrap().join(name))
}

pub fn wanted(plug: PlugRef, rollout: Option<Mode>) -> Activate {
    Activate { plug, target: rooms(), rollout, who: "a test".to_owned() }
}

/// Activates the other version.
pub async fn second(
    bridge: &Bridge,
    installation: &Installation,
    rollout: Option<Mode>,
) -> Result<Vec<Activated>, LifecycleError> {
    bridge.lifecycle().activate(&wanted(file(installation, "second.wasm"), rollout)).await
}

/// Books a meeting, and returns the first line of its details, which depends on the version.
pub async fn version(bridge: &Bridge, topic: &str) -> String {
    let answer = hubspot::create(bridge, &meeting(topic)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceDetails").lines().next().unwrap().to_owned()
}
