//! A bridge with a Jitsi connection, and versions of its plug that tell themselves apart by their words.

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, Activated, LifecycleError, RolloutStrategy, Target};
use cordboard_tests::bridge::{Bridge, Installation, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};
use cordboard_tests::plugs::with_text;

/// What the built-in plug writes into the details of a conference.
pub const FIRST: &str = "Join the video conference:";
/// What the other version writes.
pub const SECOND: &str = "Join the VIDEO conference:";

/// An installation with the other version in it.
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

/// A file of the installation, as a plug.
pub fn file(installation: &Installation, name: &str) -> PlugRef {
    PlugRef::File(installation.data().parent().unwrap().join(name))
}

pub fn wanted(plug: PlugRef, strategy: RolloutStrategy) -> Activate {
    Activate { plug, target: rooms(), strategy, who: "a test".to_owned() }
}

/// Gives the other version.
pub async fn second(
    bridge: &Bridge,
    installation: &Installation,
    strategy: RolloutStrategy,
) -> Result<Vec<Activated>, LifecycleError> {
    bridge.lifecycle().activate(&wanted(file(installation, "second.wasm"), strategy)).await
}

/// Books a meeting; the first line of the details tells the version.
pub async fn version(bridge: &Bridge, topic: &str) -> String {
    let answer = hubspot::create(bridge, &meeting(topic)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceDetails").lines().next().unwrap().to_owned()
}
