//! The developer's key is told to HubSpot and to nobody else.

use serde_json::json;

use crate::process::emulator::{Fixture, KEY};
use crate::process::vendor::Vendor;

const COMMANDS: [&[&str]; 7] = [
    &["video", "set", "--from-config", "--wait"],
    &["video", "get"],
    &["video", "delete"],
    &["calling", "create", "--from-config", "--is-ready", "true", "--wait"],
    &["calling", "update", "--is-ready", "false"],
    &["calling", "get"],
    &["calling", "delete"],
];

/// Runs every command in these formats, with all that can be logged, and holds what was said against a secret.
fn keeps(fixture: &Fixture, secret: &str, formats: &[(&[&str], i32)]) {
    for (format, code) in formats.iter().copied() {
        for words in COMMANDS {
            let ran = fixture.run_logged("trace", &[words, format].concat()).ended(code);
            let said = ran.all();
            assert!(said.contains(" DEBUG ") && (said.contains(" TRACE ") || format == ["--dry-run"]), "{said}");
            assert!(!said.contains(secret), "{words:?} {format:?}: {said}");
            assert_eq!(said.contains(" 401 INVALID_AUTHENTICATION "), code == 1, "{said}");
        }
    }
    let calls = json!(fixture.hubspot.calls()).to_string();
    assert!(!calls.contains(secret), "HubSpot's log has it");
}

#[test]
fn the_key_is_never_shown() {
    let fixture = Fixture::new(&[]);
    keeps(&fixture, KEY, &[(&[], 0), (&["--json"], 0), (&["--dry-run"], 0)]);
    assert!(fixture.hubspot.calls()[0]["url"].as_str().unwrap().ends_with("?hapikey=***"));
}

#[test]
fn a_rejected_key_is_never_shown() {
    let fixture = Fixture::new(&[]);
    fixture.configure("developer-api-key = \"an-0ther-k3y\"");
    keeps(&fixture, "an-0ther-k3y", &[(&[], 1)]);
}

#[test]
fn a_rejected_token_is_never_shown() {
    let fixture = Fixture::new(&[]);
    fixture.configure("developer-access-token = \"an-0ther-t0ken\"");
    keeps(&fixture, "an-0ther-t0ken", &[(&["--json"], 1)]);
}

/// Servers repeat what they were sent: in what they have, in a refusal, or in a page that is no JSON.
#[test]
fn a_key_that_the_server_echoes_is_redacted() {
    for setting in ["developer-api-key", "developer-access-token"] {
        for (status, is_page) in [(200, false), (400, false), (500, true)] {
            let vendor = Vendor::answering(&format!("{setting} = \"{KEY}\""), move |request| {
                assert!(request.contains(KEY));
                let said = json!({
                    "category": KEY, "message": request, "correlationId": KEY, "createMeetingUrl": request,
                    "url": request, "isReady": true, "createdAt": KEY,
                });
                Some((status, if is_page { format!("<pre>{request}</pre>") } else { said.to_string() }))
            });
            for words in [&["video", "set", "--from-config"][..], &["calling", "get"]] {
                let said = vendor.run("trace", words).all();
                assert!(said.contains("HubSpot") && said.contains(" TRACE "), "{words:?}: {said}");
                assert!(!said.contains(KEY), "{setting} {status} {words:?}: {said}");
            }
        }
    }
}
