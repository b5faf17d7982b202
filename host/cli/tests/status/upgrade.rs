//! Opening and upgrading a data directory of an earlier version, without losing data.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use cordboard::store::Store;
use cordboard::store::sqlite::Sqlite;
use serde_json::{Value, json};

use crate::process::Bridge;
use crate::process::run::{cordboard, run};

/// A data directory of an earlier version, described in its README.
const DATA_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/status/data-dir-1");
/// A conference in that directory.
const CONFERENCE: &str = "2fbd56cfa13ae2b4233867357bcc5ad8";
const DELETED: &str = "9af114fdba081b465d4c0f4a29a44406";

const ACCOUNTS: &str = r#"
    [account.123123]
    app = 54321
    conferencing = "rooms"
    [account.123123.connection.rooms]
    plug = "jitsi"
    settings = { host = "https://meet.example.org" }
    [account.123123.connection.calls]
    plug = "iotum"
    settings = { host = "https://globex.iotum.example", signing-token = "fixture-signing-token" }
    [account.123123.connection.simplex]
    plug = "veeting"
"#;

fn answer(bridge: &Bridge, route: &str, body: &Value) -> (u16, String) {
    bridge.post_signed(route, &body.to_string()).unwrap()
}

fn shown(folder: &Path, command: &[&str]) -> String {
    run(cordboard(folder, "warn", command)).ended(0).out
}

#[test]
fn opens_a_data_directory_of_an_earlier_version() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["cordboard.db", "host.key"] {
        let copy = folder.path().join(file);
        fs::copy(Path::new(DATA_DIR).join(file), &copy).unwrap();
        // In a checkout, files are readable by everyone.
        fs::set_permissions(copy, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let bridge = Bridge::start(folder.path(), ACCOUNTS);

    let events = shown(folder.path(), &["events", "list", "--json"]);
    let expected = fs::read_to_string(Path::new(DATA_DIR).join("events.json")).unwrap();
    assert_eq!(events.lines().count(), expected.lines().count(), "{events}");
    for (event, expected) in events.lines().zip(expected.lines()) {
        let [event, expected] = [event, expected].map(|line| serde_json::from_str::<Value>(line).unwrap());
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(&event[member], value, "{member} of {event}");
        }
    }

    let status: Value = serde_json::from_str(&shown(folder.path(), &["status", "--json"])).unwrap();
    assert_eq!(status["unprocessed"][0]["requests"][0]["why"], "conference_teleported", "{status}");
    let left: Vec<_> =
        status["leftovers"].as_array().unwrap().iter().map(|left| left["why"].as_str().unwrap()).collect();
    // The leftover of the interrupted operation appears once it is resumed, whether or not its plug has changed.
    assert!(left.iter().any(|why| why.contains("“Fails”")), "{left:?}");

    // Earlier versions had numbers as ids.
    let unread = &status["unprocessed"][0];
    assert_eq!((&unread["account"], &unread["connection"]), (&json!("123123"), &json!("calls")), "{status}");
    assert!(status["leftovers"].as_array().unwrap().iter().all(|left| left["account"] == "123123"), "{status}");
    let store = Sqlite::open_read_only(folder.path()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let conference = runtime.block_on(store.conference(CONFERENCE)).unwrap().unwrap();
    let ids = (conference.app.as_str(), conference.connection.account.as_str(), conference.user_id.as_str());
    assert_eq!(ids, ("54321", "123123", "123"));
    drop(store);

    let meeting = json!({
        "portalId": 123_123, "userId": 123, "userEmail": "user@example.com", "conferenceId": CONFERENCE,
        "topic": "Moved again", "startTime": 1_534_197_600_000_u64, "endTime": 1_534_201_200_000_u64,
    });
    assert_eq!(answer(&bridge, "update-meeting", &meeting).0, 204);
    assert_eq!(answer(&bridge, "delete-meeting", &json!({ "conferenceId": CONFERENCE })).0, 204);
    assert_eq!(answer(&bridge, "delete-meeting", &json!({ "conferenceId": DELETED })).0, 204);
    assert_eq!(answer(&bridge, "delete-meeting", &json!({ "conferenceId": "nobody's" })).0, 404);
    let ingest = status["addresses"].as_array().unwrap().iter().find(|address| address["route"] == "onMeetingClosed");
    let url = ingest.unwrap()["url"].as_str().unwrap();
    assert!(url.contains("/in/76a9bea90b1280b333a6a5751d647cef/"), "the ingest key has changed: {url}");
}
