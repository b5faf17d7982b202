//! `--dry-run` shows the request and sends nothing.

use serde_json::{Value, json};

use crate::process::emulator::{Fixture, KEY};

const VIDEO: &str = "/crm/v3/extensions/videoconferencing/settings/54321";
const CALLING: &str = "/crm/v3/extensions/calling/54321/settings/channel-connection";

/// Returns all commands, with method, path and body of the request.
fn commands() -> Vec<(Vec<&'static str>, &'static str, &'static str, Value)> {
    let one = |route: &str| format!("https://bridge.example.com/hubspot/54321/{route}");
    let all = json!({
        "createMeetingUrl": one("create-meeting"),
        "updateMeetingUrl": one("update-meeting"),
        "deleteMeetingUrl": one("delete-meeting"),
        "userVerifyUrl": one("verify-user"),
    });
    vec![
        (vec!["video", "get"], "GET", VIDEO, Value::Null),
        (vec!["video", "set", "--from-config"], "PUT", VIDEO, all),
        (vec!["video", "delete"], "DELETE", VIDEO, Value::Null),
        (vec!["calling", "get"], "GET", CALLING, Value::Null),
        (
            vec!["calling", "create", "--from-config", "--is-ready", "false"],
            "POST",
            CALLING,
            json!({ "url": one("phone-numbers"), "isReady": false }),
        ),
        (vec!["calling", "update", "--is-ready", "true"], "PATCH", CALLING, json!({ "isReady": true })),
        (vec!["calling", "delete"], "DELETE", CALLING, Value::Null),
    ]
}

#[test]
fn the_request_is_shown_with_its_key_masked() {
    let fixture = Fixture::new(&[]);
    for (words, method, path, body) in commands() {
        let text = fixture.run(&[&words[..], &["--dry-run"]].concat()).ended(0).out;
        let (head, shown) = text.split_once("\n\n").unwrap_or((text.trim_end(), "null"));
        let mut lines = head.lines();
        let address = format!("{}{path}?hapikey=…", fixture.hubspot.url());
        assert_eq!(lines.next().unwrap(), format!("{method} {address}"));
        let headers = lines.collect::<Vec<_>>();
        assert_eq!(headers.contains(&"content-type: application/json"), !body.is_null(), "{text}");
        assert!(headers.contains(&"accept: application/json") && !text.contains(KEY), "{text}");
        assert_eq!(serde_json::from_str::<Value>(shown).unwrap(), body);

        let output = fixture.run(&[&words[..], &["--dry-run", "--json"]].concat()).ended(0).json();
        assert_eq!((&output["method"], &output["url"]), (&json!(method), &json!(address)));
        assert_eq!(output["headers"]["accept"], "application/json");
        let shown = output["body"].as_str().unwrap();
        let shown = if shown.is_empty() { Value::Null } else { serde_json::from_str(shown).unwrap() };
        assert_eq!(shown, body);
    }
    assert!(fixture.hubspot.called().is_empty(), "{:?}", fixture.hubspot.called());
}

#[test]
fn masks_a_token() {
    let fixture = Fixture::new(&[]);
    fixture.configure("developer-access-token = \"pat-na1-0815\", api-version = \"2026-09\"");
    let text = fixture.run(&["video", "get", "--dry-run"]).ended(0).out;
    let address = format!("{}/crm/extensions/videoconferencing/2026-09/settings/54321", fixture.hubspot.url());
    assert!(text.starts_with(&format!("GET {address}\n")), "{text}");
    assert!(text.contains("\nauthorization: Bearer …\n"), "{text}");
    assert!(fixture.hubspot.called().is_empty());
}
