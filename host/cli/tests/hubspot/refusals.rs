//! Errors that are reported before anything is sent.

use std::fs;

use crate::process::emulator::{Fixture, KEY};

/// Runs a command, asserts that it fails and sends nothing, and returns the error.
fn refused(fixture: &Fixture, words: &[&str]) -> String {
    let ran = fixture.run(words).ended(1);
    assert!(ran.out.is_empty() && ran.err.starts_with("cordboard: "), "{}", ran.all());
    assert!(fixture.hubspot.called().is_empty(), "{words:?}: {:?}", fixture.hubspot.called());
    ran.err
}

#[test]
fn addresses_must_be_https() {
    let fixture = Fixture::new(&[]);
    for (option, field) in [
        ("--create-meeting-url", "createMeetingUrl"),
        ("--update-meeting-url", "updateMeetingUrl"),
        ("--delete-meeting-url", "deleteMeetingUrl"),
        ("--user-verify-url", "userVerifyUrl"),
        ("--fetch-accounts-uri", "fetchAccountsUri"),
    ] {
        let error = refused(&fixture, &["video", "set", "--from-config", option, "http://bridge.example.com/x"]);
        assert!(error.contains(&format!("`{field}` does not start with `https://`")), "{error}");
    }
    let url = ["--url", "http://bridge.example.com/x"];
    for words in [["calling", "create", "--is-ready", "true"], ["calling", "update", "--is-ready", "true"]] {
        let error = refused(&fixture, &[&words[..], &url].concat());
        assert!(error.contains("`url` does not start with `https://`"), "{error}");
    }
    let error =
        refused(&fixture, &["video", "set", "--create-meeting-url", "https://user:pass-w0rd@bridge.example.com/"]);
    assert!(error.contains("`createMeetingUrl` has a user") && !error.contains("pass-w0rd"), "{error}");
}

#[test]
fn rejects_a_public_url_with_plain_http() {
    let fixture = Fixture::new(&[]);
    let file = fixture.folder.path().join("cordboard.toml");
    let config = fs::read_to_string(&file).unwrap();
    fs::write(&file, config.replace("https://bridge.example.com", "http://127.0.0.1:8080")).unwrap();
    for words in [
        &["video", "set", "--from-config"][..],
        &["video", "set", "--from-config", "--dry-run"],
        &["calling", "create", "--from-config", "--is-ready", "true"],
        &["calling", "update", "--from-config"],
    ] {
        let error = refused(&fixture, words);
        assert!(error.contains("`public-url` is http://127.0.0.1:8080, but HubSpot only calls https"), "{error}");
        assert!(error.contains("With `cordboard emulate hubspot` any https address works"), "{error}");
    }
    fixture.run(&["calling", "create", "--url", "https://bridge.example.com/x", "--is-ready", "true"]).ended(0);
}

#[test]
fn sends_nothing_without_a_key() {
    let fixture = Fixture::new(&[]);
    fixture.configure("");
    for words in [&["video", "get"][..], &["video", "set", "--from-config"], &["calling", "delete", "--dry-run"]] {
        let error = refused(&fixture, words);
        assert!(error.contains("`developer-api-key`") && error.contains("`developer-access-token`"), "{error}");
    }
}

#[test]
fn an_unknown_api_version_is_rejected_with_the_known_ones() {
    let fixture = Fixture::new(&[]);
    fixture.configure(&format!("developer-api-key = \"{KEY}\", api-version = \"2026-04\""));
    let error = refused(&fixture, &["video", "get"]);
    assert!(error.contains("`api-version`") && error.contains("`2026-03`") && error.contains("`v3`"), "{error}");
}

#[test]
fn requires_the_app_if_there_are_several() {
    let fixture = Fixture::new(&[]);
    let error = refused(&fixture, &["video", "get", "--app", "7"]);
    assert!(error.contains("no app 7") && error.contains("`54321`"), "{error}");

    let file = fixture.folder.path().join("cordboard.toml");
    let more = "[app.99]\nplug = \"hubspot\"\nsettings = { client-secret = \"s\", developer-api-key = \"k\" }\n";
    fs::write(&file, fs::read_to_string(&file).unwrap() + more).unwrap();
    let error = refused(&fixture, &["calling", "get"]);
    assert!(error.contains("several apps") && error.contains("`54321`") && error.contains("`99`"), "{error}");
    let shown = fixture.run(&["video", "set", "--from-config", "--app", "99", "--dry-run"]).ended(0).out;
    assert!(shown.contains("/settings/99?") && shown.contains("https://bridge.example.com/hubspot/99/create-meeting"));
    fixture.run(&["video", "set", "--from-config", "--app", "54321"]).ended(0);
}

#[test]
fn a_private_address_is_called_only_where_the_app_allows_it() {
    let fixture = Fixture::new(&[]);
    let file = fixture.folder.path().join("cordboard.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("allow-private = true", "allow-private = false"))
        .unwrap();
    let error = refused(&fixture, &["video", "get"]);
    assert!(error.contains("`allow-private = true` in the app's `outbound`"), "{error}");
}

#[test]
fn a_missing_configuration_file_is_named() {
    let fixture = Fixture::new(&[]);
    let error = refused(&fixture, &["video", "get", "--config", "other.toml"]);
    assert!(error.contains("other.toml"), "{error}");
}

#[test]
fn an_incomplete_or_contradictory_command_line_exits_with_2() {
    let fixture = Fixture::new(&[]);
    for (words, names) in [
        (&[][..], "Usage:"),
        (&["video"], "Usage:"),
        (&["video", "set"], "--create-meeting-url"),
        (&["video", "set", "--update-meeting-url", "https://a.example/"], "--create-meeting-url"),
        (&["video", "get", "--wait"], "--wait"),
        (&["video", "get", "--app", "x"], "--app"),
        (&["calling"], "Usage:"),
        (&["calling", "create", "--from-config"], "--is-ready"),
        (&["calling", "create", "--is-ready", "true"], "--url"),
        (&["calling", "create", "--from-config", "--is-ready", "perhaps"], "perhaps"),
        (&["calling", "create", "--from-config", "--url", "https://a.example/", "--is-ready", "true"], "--url"),
        (&["calling", "update"], "--is-ready <TRUE|FALSE>|--url <URL>|--from-config"),
    ] {
        let ran = fixture.run(words).ended(2);
        assert!(ran.err.contains(names) && ran.out.is_empty(), "{words:?}: {}", ran.all());
    }
    assert!(fixture.hubspot.called().is_empty());
}
