//! A webhook request that no plug can process is stored and shown to the operator.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};

use crate::process::run::{cordboard, run};
use crate::process::{Bridge, http};

const TOKEN: &str = "0f3c7e1a-signing-token";
/// The file name of the bridge's log.
const LOG: &str = "serve.log";

/// Sends an event that only a later version may know.
fn send(address: &str, event: &str) {
    let body = json!({ "event": event, "payload": "{}", "timestamp": "2030-03-11T16:01:00.000Z" }).to_string();
    let token = format!("x-signing-token: {TOKEN}\r\n");
    let (status, _) = http::ask(address, "POST", "/in/key-of-the-tests/events", &token, &body).unwrap();
    assert_eq!(status, 202);
}

fn status(folder: &Path) -> Value {
    run(cordboard(folder, "warn", &["status", "--json"])).ended(0).json()
}

/// Starts a bridge with a connection to a provider, and returns its address.
fn serve(folder: &Path) -> (Bridge, String) {
    let account = format!(
        r#"
        [account.456456]
        app = 54321
        [account.456456.connection.iotum]
        plug = "iotum"
        ingest-key = "key-of-the-tests"
        settings = {{ host = "https://globex.iotum.example", signing-token = "{TOKEN}" }}
        "#
    );
    let bridge = Bridge::logging(folder, &account, File::create(folder.join(LOG)).unwrap());
    let address = bridge.address();
    (bridge, address)
}

#[test]
fn unprocessed_webhook_requests_are_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_bridge, address) = serve(folder.path());
    assert_eq!(status(folder.path())["unprocessed"], json!([]));

    send(&address, "conference_teleported");
    let unprocessed = status(folder.path())["unprocessed"].clone();
    let [inbound_request] = unprocessed[0]["requests"].as_array().unwrap().as_slice() else { panic!("{unprocessed}") };
    assert_eq!(
        (&unprocessed[0]["account"], &unprocessed[0]["connection"], &unprocessed[0]["count"], &unprocessed[0]["more"]),
        (&json!("456456"), &json!("iotum"), &json!(1), &json!(false))
    );
    assert_eq!(
        (&inbound_request["route"], &inbound_request["why"]),
        (&json!("events"), &json!("conference_teleported"))
    );
    let id = inbound_request["request"].as_str().unwrap();
    let log = fs::read_to_string(folder.path().join(LOG)).unwrap();
    let warning = log.lines().find(|line| line.contains("stored for another version")).unwrap();
    assert!(warning.contains(&format!("inbound_request=\"{id}\"")), "{warning}");

    (2..=5).for_each(|number| send(&address, &format!("number_{number}")));
    let shown = run(cordboard(folder.path(), "warn", &["status"])).ended(0).out;
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words} is not in {shown}"));
    assert!(at("456456/iotum: 5 (showing the newest)") < at("number_5"), "{shown}");
    assert!(at("number_5") < at("number_4") && at("number_4") < at("number_3"), "{shown}");
    assert!(!shown.contains("number_2") && !shown.contains(id), "{shown}");
}

#[test]
fn counts_up_to_100_unprocessed_requests() {
    let folder = tempfile::tempdir().unwrap();
    let (_bridge, address) = serve(folder.path());
    (1..=101).for_each(|number| send(&address, &format!("number_{number}")));
    let unprocessed = &status(folder.path())["unprocessed"][0];
    assert_eq!((&unprocessed["count"], &unprocessed["more"]), (&json!(100), &json!(true)));
    assert_eq!(unprocessed["requests"][0]["why"], "number_1");
    let shown = run(cordboard(folder.path(), "warn", &["status"])).ended(0).out;
    assert!(shown.contains("456456/iotum: more than 100 (showing the oldest)"), "{shown}");
}
