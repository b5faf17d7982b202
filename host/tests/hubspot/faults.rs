//! HubSpot is busy, broken or slow.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::emulator::Desk;

#[test]
fn a_busy_hubspot_is_to_be_asked_again() {
    let desk = Desk::new(&["--fault", "rate-limited=1"]);
    let ran = desk.run(&["video", "set", "--from-config"]).ended(1);
    assert!(ran.err.contains("HubSpot takes no more requests for now: try again in a minute"), "{}", ran.err);
    let called = desk.hubspot.called();
    assert_eq!(called, ["GET /crm/v3/extensions/videoconferencing/settings/54321 429"], "it was changed all the same");
    desk.run(&["video", "set", "--from-config"]).ended(0);
}

#[test]
fn a_broken_hubspot_is_quoted() {
    let desk = Desk::new(&["--fault", "server-error=1"]);
    let ran = desk.run(&["calling", "get"]).ended(1);
    assert!(
        ran.err.contains("HubSpot answered 500 “this went wrong because a fault was set” (correlation id "),
        "{}",
        ran.err
    );
    assert!(ran.err.ends_with(": try again in a while\n"), "{}", ran.err);
    desk.run(&["video", "set", "--from-config"]).ended(0);

    let (status, _) = desk.hubspot.ask("PUT", "/emulator/faults", &json!({ "faults": [{ "kind": "server-error" }] }));
    assert_eq!(status, 200);
    for _ in 0..2 {
        assert!(desk.run(&["video", "get"]).ended(1).err.contains(" 500 "));
    }
}

#[test]
fn a_change_that_is_refused_is_no_change() {
    let desk = Desk::new(&[]);
    desk.run(&["video", "set", "--from-config"]).ended(0);
    let key = crate::process::emulator::KEY;
    desk.configure(&format!("developer-api-key = \"not-{key}\""));
    desk.run(&["video", "delete"]).ended(1);
    desk.configure(&format!("developer-api-key = \"{key}\""));
    desk.run(&["video", "get"]).ended(0);
}

#[test]
fn a_slow_hubspot_is_waited_for() {
    let desk = Desk::new(&["--fault", "slow=1"]);
    let began = Instant::now();
    desk.run(&["video", "set", "--from-config"]).ended(0);
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(desk.hubspot.calls()[0]["fault"], "slow");
}

#[test]
fn a_hubspot_that_is_not_there_is_said_to_be_so() {
    let desk = Desk::new(&[]);
    desk.hubspot.serving.stop();
    let ran = desk.run(&["video", "get"]).ended(1);
    assert!(ran.err.starts_with("cordboard: HubSpot cannot be reached (no connection: "), "{}", ran.err);
    assert!(
        ran.err.ends_with(": look at the network of this machine, and at `api-url` where it is set\n"),
        "{}",
        ran.err
    );
}
