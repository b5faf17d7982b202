//! Creating, changing and deleting the channel connection.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::process::emulator::Fixture;

#[test]
fn a_channel_connection_can_be_created_only_once() {
    let fixture = Fixture::new(&[]);
    assert!(fixture.run(&["calling", "get"]).ended(1).err.contains(" 404 OBJECT_NOT_FOUND "));
    let create = ["calling", "create", "--from-config", "--is-ready", "false"];
    let made = fixture.run(&create).ended(0).out;
    let lines: Vec<_> = made.lines().collect();
    assert_eq!(lines[0], "HubSpot settings of app 54321:");
    assert_eq!(lines[1], "+ url               https://bridge.example.com/hubspot/54321/phone-numbers");
    assert_eq!(lines[2], "+ isReady           false");
    assert!(lines[3].starts_with("  createdAt         2"), "{made}");
    assert_eq!(lines[5], "HubSpot can take a minute to show the change; add --wait to wait for it.");
    let again = fixture.run(&create).ended(1);
    assert!(again.err.contains(" 409 CONFLICT “"), "{}", again.err);
    assert!(
        again.err.ends_with("; use `cordboard hubspot calling update` to change the existing one\n"),
        "{}",
        again.err
    );
}

#[test]
fn settings_that_are_not_given_are_unchanged() {
    let fixture = Fixture::new(&[]);
    let url = "https://numbers.example.com/";
    let made = fixture.run(&["calling", "create", "--url", url, "--is-ready", "false", "--json"]).ended(0).json();
    assert_eq!((&made["before"], &made["changed"]), (&Value::Null, &json!(["url", "isReady"])));
    assert_eq!((&made["after"]["url"], &made["after"]["isReady"]), (&json!(url), &json!(false)));

    let updated = fixture.run(&["calling", "update", "--is-ready", "true"]).ended(0).out;
    assert!(updated.contains("\n  url               https://numbers.example.com/\n"), "{updated}");
    assert!(updated.contains("\n- isReady           false\n+ isReady           true\n"), "{updated}");

    let updated = fixture.run(&["calling", "update", "--from-config", "--json"]).ended(0).json();
    assert_eq!(updated["changed"], json!(["url"]));
    assert_eq!((&updated["before"]["url"], &updated["after"]["isReady"]), (&json!(url), &json!(true)));

    let updated = fixture.run(&["calling", "update", "--url", url, "--is-ready", "true", "--json"]).ended(0).json();
    assert_eq!(updated["changed"], json!(["url"]));
    let same = fixture.run(&["calling", "update", "--is-ready", "true"]).ended(0).out;
    assert!(same.ends_with("\nNo changes.\n"), "{same}");

    let shown = fixture.run(&["calling", "get"]).ended(0).out;
    assert!(
        shown.starts_with("HubSpot settings of app 54321:\n  url               https://numbers.example.com/\n"),
        "{shown}"
    );
    let shown = fixture.run(&["calling", "get", "--json"]).ended(0).json();
    assert_eq!((&shown["settings"]["url"], &shown["settings"]["isReady"]), (&json!(url), &json!(true)));
    let time = |member: &str| shown["settings"][member].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(time("updatedAt") > time("createdAt"), "{shown}");

    let deleted = fixture.run(&["calling", "delete", "--json"]).ended(0).json();
    assert_eq!((&deleted["after"], &deleted["changed"]), (&Value::Null, &json!(["url", "isReady"])));
    fixture.run(&["calling", "get"]).ended(1);
    fixture.run(&["calling", "update", "--is-ready", "true"]).ended(1);
}
