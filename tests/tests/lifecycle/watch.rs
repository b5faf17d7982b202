//! Changes of a plug file while it serves.

use std::time::Duration;

use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::plugs::with_text;

use super::fixture::{FIRST, SECOND, installation, version};

/// Books meetings until a version answers.
async fn becomes(bridge: &cordboard_tests::bridge::Bridge, words: &str) {
    for number in 0..200 {
        if version(bridge, &format!("{words} {number}")).await == words {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("“{words}” does not serve");
}

#[tokio::test]
async fn a_rebuilt_plug_file_serves_and_a_broken_one_does_not() {
    let installation = installation();
    let put = |bytes: &[u8]| installation.put("mine.wasm", bytes);
    put(&with_text("jitsi", FIRST, FIRST));
    let rooms = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"./mine.wasm\"\nsettings = {{ host = \"https://meet.example.org\" }}\n"
    );
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &rooms)).await;
    let watching = tokio::spawn(std::sync::Arc::clone(bridge.lifecycle()).watch());
    assert_eq!(version(&bridge, "before").await, FIRST);
    put(&with_text("jitsi", FIRST, SECOND));
    becomes(&bridge, SECOND).await;
    put(b"no plug at all");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(version(&bridge, "broken").await, SECOND);
    put(&with_text("jitsi", FIRST, FIRST));
    becomes(&bridge, FIRST).await;
    watching.abort();
}
