//! `--wait`: HubSpot shows a change later than it accepts it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::emulator::{Fixture, KEY};
use crate::process::vendor::Vendor;

const DELAY: Duration = Duration::from_secs(3);

fn slow() -> Fixture {
    Fixture::new(&["--settings-delay", "3"])
}

#[test]
fn wait_returns_once_the_change_is_shown() {
    let fixture = slow();
    let began = Instant::now();
    let ran = fixture.run(&["video", "set", "--from-config", "--wait"]).ended(0);
    assert!(began.elapsed() >= DELAY, "{:?}", began.elapsed());
    assert!(ran.out.ends_with("\nHubSpot shows the change.\n"), "{}", ran.out);
    assert!(
        ran.err.starts_with("waiting for HubSpot to show the change (0 s; usually takes a minute)\n"),
        "{}",
        ran.err
    );
    fixture.run(&["video", "get"]).ended(0);

    let ran = fixture.run(&["video", "delete", "--wait", "--json"]).ended(0);
    assert_eq!((&ran.json()["after"], &ran.json()["shown"]), (&Value::Null, &Value::Bool(true)));
    assert!(ran.err.starts_with("waiting for HubSpot "), "{}", ran.err);
    fixture.run(&["video", "get"]).ended(1);
}

#[test]
fn wait_returns_once_the_channel_connection_is_shown() {
    let fixture = slow();
    let create = ["calling", "create", "--from-config", "--is-ready", "true", "--wait", "--json"];
    let made = fixture.run(&create).ended(0).json();
    assert_eq!((&made["after"]["isReady"], &made["shown"]), (&Value::Bool(true), &Value::Bool(true)));
    let shown = fixture.run(&["calling", "get", "--json"]).ended(0).json();
    assert_eq!(shown["settings"], made["after"]);
}

#[test]
fn without_wait_the_delay_is_mentioned() {
    let fixture = Fixture::new(&["--settings-delay", "600"]);
    let ran = fixture.run(&["video", "set", "--from-config"]).ended(0);
    assert!(
        ran.out.ends_with("\nHubSpot can take a minute to show the change; add --wait to wait for it.\n"),
        "{}",
        ran.out
    );
    let ran = fixture.run(&["video", "set", "--from-config", "--json"]).ended(0);
    assert_eq!(ran.json()["shown"], Value::Null);
    assert!(ran.err.is_empty(), "{}", ran.err);
    fixture.run(&["video", "get"]).ended(1);
}

/// If the key expires after the change, waiting does not help.
#[test]
fn wait_ends_if_the_key_is_rejected() {
    let set = json!({ "createMeetingUrl": "https://bridge.example.com/hubspot/54321/create-meeting" });
    let refused = json!({ "category": "EXPIRED_AUTHENTICATION", "message": "The key has ended." });
    for format in [&[][..], &["--json"]] {
        let (set, refused, asked) = (set.to_string(), refused.to_string(), AtomicBool::new(false));
        let vendor = Vendor::answering(&format!("developer-api-key = \"{KEY}\""), move |request| {
            Some(match request.split(' ').next() {
                Some("PUT") => (200, set.clone()),
                _ if asked.swap(true, Ordering::SeqCst) => (401, refused.clone()),
                _ => (404, "{}".to_owned()),
            })
        });
        let began = Instant::now();
        let words = ["video", "set", "--create-meeting-url", "https://bridge.example.com/x", "--wait"];
        let ran = vendor.run("warn", &[&words[..], format].concat()).ended(1);
        assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
        let why = "HubSpot answered 401 EXPIRED_AUTHENTICATION “The key has ended.”";
        if format.is_empty() {
            let output = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                output.contains(&format!("HubSpot accepted the change, but reading it back failed: {why}")),
                "{output}"
            );
        } else {
            let output = ran.json();
            assert!(output["shown"] == false && output["problem"].as_str().unwrap().starts_with(why), "{output}");
        }
    }
}
