//! A bridge with a Jitsi connection, and versions of its plug that tell themselves apart by their words.

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, Activated, LifecycleError, Manner, Target};
use cordboard_tests::bridge::{Bridge, House, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};
use cordboard_tests::plugs::with_text;

/// What the built-in plug writes into the details of a conference.
pub const FIRST: &str = "Join the video conference:";
/// What the other version writes.
pub const SECOND: &str = "Join the VIDEO conference:";

/// A house with the other version in it.
pub fn house() -> House {
    let house = House::new();
    house.put("second.wasm", &with_text("jitsi", FIRST, SECOND));
    house
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

/// A file of the house, as a plug.
pub fn file(house: &House, name: &str) -> PlugRef {
    PlugRef::File(house.data().parent().unwrap().join(name))
}

pub fn wanted(plug: PlugRef, manner: Manner) -> Activate {
    Activate { plug, target: rooms(), manner, who: "a test".to_owned() }
}

/// Gives the other version.
pub async fn second(bridge: &Bridge, house: &House, manner: Manner) -> Result<Vec<Activated>, LifecycleError> {
    bridge.lifecycle().activate(&wanted(file(house, "second.wasm"), manner)).await
}

/// Books a meeting; the first line of the details tells the version.
pub async fn version(bridge: &Bridge, topic: &str) -> String {
    let answer = hubspot::create(bridge, &meeting(topic)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.member("conferenceDetails").lines().next().unwrap().to_owned()
}
