//! The addresses of the video conferencing webhooks are shown, set and removed.

use serde_json::{Value, json};

use crate::process::emulator::{Fixture, KEY};

const SET: [&str; 3] = ["video", "set", "--from-config"];
const SET_BY_HAND: [&str; 8] = [
    "video",
    "set",
    "--create-meeting-url",
    "https://old.example.com/create",
    "--update-meeting-url",
    "https://bridge.example.com/hubspot/54321/update-meeting",
    "--fetch-accounts-uri",
    "https://old.example.com/accounts",
];

#[test]
fn nothing_set_is_a_404_with_all_that_hubspot_says() {
    let fixture = Fixture::new(&[]);
    let ran = fixture.run(&["video", "get"]).ended(1);
    let calls = fixture.hubspot.calls();
    let said: Value = serde_json::from_str(calls[0]["responseBody"].as_str().unwrap()).unwrap();
    for member in ["category", "message", "correlationId"] {
        let text = said[member].as_str().unwrap();
        assert!(text.len() > 5 && ran.err.contains(text), "{member}: {}", ran.err);
    }
    assert!(ran.err.starts_with("cordboard: HubSpot answered 404 ") && ran.out.is_empty(), "{}", ran.all());
}

#[test]
fn a_set_shows_what_it_changes_and_what_it_leaves() {
    let fixture = Fixture::new(&[]);
    let ran = fixture.run(&SET_BY_HAND).ended(0);
    assert_eq!(
        ran.out,
        "HubSpot settings of app 54321:\n\
         + createMeetingUrl  https://old.example.com/create\n\
         + updateMeetingUrl  https://bridge.example.com/hubspot/54321/update-meeting\n\
         + fetchAccountsUri  https://old.example.com/accounts\n\
         HubSpot can take a minute to show the change; add --wait to wait for it.\n"
    );
    let ran = fixture.run(&SET).ended(0);
    assert_eq!(
        ran.out,
        "HubSpot settings of app 54321:\n\
         - createMeetingUrl  https://old.example.com/create\n\
         + createMeetingUrl  https://bridge.example.com/hubspot/54321/create-meeting\n  \
           updateMeetingUrl  https://bridge.example.com/hubspot/54321/update-meeting\n\
         + deleteMeetingUrl  https://bridge.example.com/hubspot/54321/delete-meeting\n\
         + userVerifyUrl     https://bridge.example.com/hubspot/54321/verify-user\n\
         - fetchAccountsUri  https://old.example.com/accounts\n\
         HubSpot can take a minute to show the change; add --wait to wait for it.\n"
    );
    assert!(ran.err.is_empty(), "{}", ran.err);
    let ran = fixture.run(&SET).ended(0);
    assert!(ran.out.ends_with("\nNo changes.\n"), "{}", ran.out);
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("  ")).count(), 4, "{}", ran.out);
}

#[test]
fn an_address_beside_the_configuration_counts() {
    let fixture = Fixture::new(&[]);
    let beside =
        ["--user-verify-url", "https://other.example.com/v", "--fetch-accounts-uri", "https://other.example.com/a"];
    let after = fixture.run(&[&SET[..], &["--json"], &beside].concat()).ended(0).json();
    let one = |route: &str| format!("https://bridge.example.com/hubspot/54321/{route}");
    let expected = json!({
        "createMeetingUrl": one("create-meeting"),
        "updateMeetingUrl": one("update-meeting"),
        "deleteMeetingUrl": one("delete-meeting"),
        "userVerifyUrl": "https://other.example.com/v",
        "fetchAccountsUri": "https://other.example.com/a",
    });
    assert_eq!((&after["before"], &after["after"]), (&Value::Null, &expected));
    assert_eq!(after["changed"].as_array().unwrap().len(), 5);
    assert_eq!((&after["app"], &after["shown"]), (&json!(54321), &Value::Null));
    assert_eq!(fixture.hubspot.state()["webhooks"]["userVerifyUrl"], "https://other.example.com/v");
}

#[test]
fn what_is_set_is_shown_until_it_is_deleted() {
    let fixture = Fixture::new(&[]);
    fixture.run(&SET_BY_HAND).ended(0);
    let shown = fixture.run(&["video", "get"]).ended(0).out;
    assert_eq!(
        shown,
        "HubSpot settings of app 54321:\n  \
           createMeetingUrl  https://old.example.com/create\n  \
           updateMeetingUrl  https://bridge.example.com/hubspot/54321/update-meeting\n  \
           fetchAccountsUri  https://old.example.com/accounts\n"
    );
    let shown = fixture.run(&["video", "get", "--json"]).ended(0).json();
    let settings = json!({
        "createMeetingUrl": "https://old.example.com/create",
        "updateMeetingUrl": "https://bridge.example.com/hubspot/54321/update-meeting",
        "fetchAccountsUri": "https://old.example.com/accounts",
    });
    assert_eq!(shown, json!({ "app": 54321, "settings": settings }));

    let deleted = fixture.run(&["video", "delete", "--json"]).ended(0).json();
    assert_eq!((&deleted["before"], &deleted["after"]), (&settings, &Value::Null));
    assert!(fixture.run(&["video", "get"]).ended(1).err.contains(" 404 "));
    let again = fixture.run(&["video", "delete"]).ended(0).out;
    assert!(again.ends_with("\nNo changes.\n"), "{again}");

    fixture.run(&SET).ended(0);
    let deleted = fixture.run(&["video", "delete"]).ended(0).out;
    assert_eq!(deleted.lines().filter(|line| line.starts_with("- ")).count(), 4, "{deleted}");
}

#[test]
fn every_version_of_the_api_does_the_same() {
    let fixture = Fixture::new(&[]);
    for (version, video, calling) in [
        (
            "v3",
            "/crm/v3/extensions/videoconferencing/settings/54321",
            "/crm/v3/extensions/calling/54321/settings/channel-connection",
        ),
        (
            "2025-09",
            "/crm/extensions/videoconferencing/2025-09/settings/54321",
            "/crm/extensions/calling/2025-09/54321/settings/channel-connection",
        ),
        (
            "2026-03",
            "/crm/extensions/videoconferencing/2026-03/settings/54321",
            "/crm/extensions/calling/2026-03/54321/settings/channel-connection",
        ),
        (
            "2026-09",
            "/crm/extensions/videoconferencing/2026-09/settings/54321",
            "/crm/extensions/calling/2026-09/54321/settings/channel-connection",
        ),
    ] {
        fixture.configure(&format!("developer-api-key = \"{KEY}\", api-version = \"{version}\""));
        let before = fixture.hubspot.called().len();
        fixture.run(&SET).ended(0);
        fixture.run(&["video", "delete"]).ended(0);
        fixture.run(&["calling", "create", "--from-config", "--is-ready", "false"]).ended(0);
        fixture.run(&["calling", "update", "--is-ready", "true"]).ended(0);
        fixture.run(&["calling", "delete"]).ended(0);
        assert_eq!(
            fixture.hubspot.called()[before..],
            [
                format!("GET {video} 404"),
                format!("PUT {video} 200"),
                format!("GET {video} 200"),
                format!("DELETE {video} 204"),
                format!("GET {calling} 404"),
                format!("POST {calling} 200"),
                format!("GET {calling} 200"),
                format!("PATCH {calling} 200"),
                format!("GET {calling} 200"),
                format!("DELETE {calling} 204"),
            ]
        );
    }
}

#[test]
fn a_token_goes_in_place_of_the_key() {
    const TOKEN: &str = "pat-na1-bearer-of-the-developer";
    let token = format!("developer-access-token = \"{TOKEN}\"");
    let fixture = Fixture::with(&token, &[]);
    fixture.configure(&format!("{token}, developer-api-key = \"wrong\""));
    fixture.run(&SET).ended(0);
    let path = "/crm/v3/extensions/videoconferencing/settings/54321";
    for call in fixture.hubspot.calls() {
        assert_eq!(call["url"], path, "the key was sent");
    }
    fixture.configure("developer-access-token = \"another\"");
    let refused = fixture.run(&SET).ended(1);
    assert!(refused.err.contains(" 401 INVALID_AUTHENTICATION "), "{}", refused.err);
}
