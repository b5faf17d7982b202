//! Failures of HubSpot.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::emulator::{Fixture, KEY};
use crate::process::vendor::Vendor;

#[test]
fn a_rate_limited_command_advises_to_retry_and_changes_nothing() {
    let fixture = Fixture::new(&["--fault", "rate-limited=1"]);
    let ran = fixture.run(&["video", "set", "--from-config"]).ended(1);
    assert!(ran.err.contains("HubSpot is limiting requests: try again in a minute"), "{}", ran.err);
    let called = fixture.hubspot.called();
    assert_eq!(called, ["GET /crm/v3/extensions/videoconferencing/settings/54321 429"], "the settings were changed");
    fixture.run(&["video", "set", "--from-config"]).ended(0);
}

#[test]
fn a_server_error_of_hubspot_is_quoted() {
    let fixture = Fixture::new(&["--fault", "server-error=1"]);
    let ran = fixture.run(&["calling", "get"]).ended(1);
    assert!(ran.err.contains("HubSpot answered 500 “injected fault: server-error” (correlation id "), "{}", ran.err);
    assert!(ran.err.ends_with(": try again later\n"), "{}", ran.err);
    fixture.run(&["video", "set", "--from-config"]).ended(0);

    let (status, _) =
        fixture.hubspot.ask("PUT", "/emulator/faults", &json!({ "faults": [{ "kind": "server-error" }] }));
    assert_eq!(status, 200);
    for _ in 0..2 {
        assert!(fixture.run(&["video", "get"]).ended(1).err.contains(" 500 "));
    }
}

#[test]
fn a_rejected_change_has_no_effect() {
    let fixture = Fixture::new(&[]);
    fixture.run(&["video", "set", "--from-config"]).ended(0);
    fixture.configure(&format!("developer-api-key = \"not-{KEY}\""));
    fixture.run(&["video", "delete"]).ended(1);
    fixture.configure(&format!("developer-api-key = \"{KEY}\""));
    fixture.run(&["video", "get"]).ended(0);
}

#[test]
fn waits_for_a_slow_hubspot() {
    let fixture = Fixture::new(&["--fault", "slow=1"]);
    let began = Instant::now();
    fixture.run(&["video", "set", "--from-config"]).ended(0);
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(fixture.hubspot.calls()[0]["fault"], "slow");
}

#[test]
fn an_unreachable_hubspot_is_reported() {
    let fixture = Fixture::new(&[]);
    fixture.hubspot.serving.stop();
    let ran = fixture.run(&["video", "get"]).ended(1);
    assert!(ran.err.starts_with("cordboard: HubSpot cannot be reached (no connection: "), "{}", ran.err);
    assert!(ran.err.ends_with(": check this machine's network, and `api-url` if it is set\n"), "{}", ran.err);
}

#[test]
fn a_change_without_an_answer_is_reported_as_possibly_applied() {
    const APPLIED: &str = "HubSpot may have applied the change anyway: check with `get` before you retry\n";
    let key = format!("developer-api-key = \"{KEY}\"");
    let nothing = "{\"message\":\"nothing is set\"}";
    let vendor = Vendor::answering(&key, move |request| request.starts_with("GET ").then(|| (404, nothing.to_owned())));
    for words in [&["video", "set", "--from-config"][..], &["calling", "create", "--from-config", "--is-ready", "true"]]
    {
        let ran = vendor.run("warn", words).ended(1);
        assert!(ran.err.starts_with("cordboard: HubSpot cannot be reached (the connection was lost"), "{}", ran.err);
        assert!(ran.err.ends_with(APPLIED), "{}", ran.err);
    }
    let silent = Vendor::answering(&key, |_| None);
    for words in [&["video", "get"][..], &["video", "delete"]] {
        let ran = silent.run("warn", words).ended(1);
        assert!(ran.err.contains("the connection was lost") && !ran.err.contains("may have applied"), "{}", ran.err);
    }
}
