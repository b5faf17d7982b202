//! The developer key is sent to HubSpot only, and never shown.

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

/// Runs every command in these formats with all logs, and asserts that the output does not contain the secret.
fn assert_hidden(fixture: &Fixture, secret: &str, formats: &[(&[&str], i32)]) {
    for (format, code) in formats.iter().copied() {
        for words in COMMANDS {
            let ran = fixture.run_logged("trace", &[words, format].concat()).ended(code);
            let output = ran.all();
            assert!(output.contains(" DEBUG ") && (output.contains(" TRACE ") || format == ["--dry-run"]), "{output}");
            assert!(!output.contains(secret), "{words:?} {format:?}: {output}");
            assert_eq!(output.contains(" 401 INVALID_AUTHENTICATION "), code == 1, "{output}");
        }
    }
    let calls = json!(fixture.hubspot.calls()).to_string();
    assert!(!calls.contains(secret), "it is in the emulator's log");
}

#[test]
fn the_key_is_never_shown() {
    let fixture = Fixture::new(&[]);
    assert_hidden(&fixture, KEY, &[(&[], 0), (&["--json"], 0), (&["--dry-run"], 0)]);
    assert!(fixture.hubspot.calls()[0]["url"].as_str().unwrap().ends_with("?hapikey=***"));
}

#[test]
fn a_rejected_key_is_never_shown() {
    let fixture = Fixture::new(&[]);
    fixture.configure("developer-api-key = \"an-0ther-k3y\"");
    assert_hidden(&fixture, "an-0ther-k3y", &[(&[], 1)]);
}

#[test]
fn a_rejected_token_is_never_shown() {
    let fixture = Fixture::new(&[]);
    fixture.configure("developer-access-token = \"an-0ther-t0ken\"");
    assert_hidden(&fixture, "an-0ther-t0ken", &[(&["--json"], 1)]);
}

/// Servers may echo the request in settings, in an error, or in a page that is not JSON.
#[test]
fn a_key_that_the_server_echoes_is_redacted() {
    for setting in ["developer-api-key", "developer-access-token"] {
        for (status, is_page) in [(200, false), (400, false), (500, true)] {
            let vendor = Vendor::answering(&format!("{setting} = \"{KEY}\""), move |request| {
                assert!(request.contains(KEY));
                let body = json!({
                    "category": KEY, "message": request, "correlationId": KEY, "createMeetingUrl": request,
                    "url": request, "isReady": true, "createdAt": KEY,
                });
                Some((status, if is_page { format!("<pre>{request}</pre>") } else { body.to_string() }))
            });
            for words in [&["video", "set", "--from-config"][..], &["calling", "get"]] {
                let output = vendor.run("trace", words).all();
                assert!(output.contains("HubSpot") && output.contains(" TRACE "), "{words:?}: {output}");
                assert!(!output.contains(KEY), "{setting} {status} {words:?}: {output}");
            }
        }
    }
}
