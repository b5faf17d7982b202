//! `cordboard doctor`, with a bridge and a HubSpot emulator as processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::fs;
use std::process::Command;

use process::emulator::{Emulator, KEY};
use process::run::{Ran, cordboard, run};
use process::{SECRET, Serving, free_ports};
use tempfile::TempDir;

const PUBLIC_URL: &str = "public-url, app 54321";
const VIDEO: &str = "HubSpot's video settings, app 54321";

/// A configuration with the emulator as HubSpot, and the addresses for both processes.
struct Fixture {
    folder: TempDir,
    bridge: String,
    hubspot: String,
}

impl Fixture {
    fn new() -> Self {
        let [port, operators, vendor] = free_ports();
        let (bridge, hubspot) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{vendor}"));
        let key = format!("developer-api-key = \"{KEY}\"");
        let config = format!(
            r#"
            listen = "{bridge}"
            admin-listen = "127.0.0.1:{operators}"
            public-url = "http://{bridge}"
            [app.54321]
            plug = "hubspot"
            outbound = {{ allow-private = true, allow = ["{hubspot}"] }}
            [app.54321.settings]
            client-secret = "{SECRET}"
            api-url = "http://{hubspot}"
            {key}
            [account.123123]
            app = 54321
            conferencing = "rooms"
            [account.123123.connection.rooms]
            plug = "jitsi"
            settings = {{ host = "https://meet.example.org" }}
            "#
        );
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cordboard.toml"), &config).unwrap();
        fs::write(folder.path().join("keyless.toml"), config.replace(&key, "")).unwrap();
        Self { folder, bridge, hubspot }
    }

    fn cordboard(&self, words: &[&str]) -> Command {
        cordboard(self.folder.path(), "warn", words)
    }

    fn doctor(&self, options: &[&str]) -> Ran {
        let mut command = self.cordboard(&[&["doctor"], options].concat());
        // Without a terminal, there must be no colors even without NO_COLOR.
        command.env_remove("NO_COLOR").env("RUST_LOG", "debug");
        let ran = run(command);
        assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
        for secret in [KEY, SECRET] {
            assert!(!ran.all().contains(secret), "{}", ran.all());
        }
        ran
    }

    /// Returns the exit code and the findings of `--json`.
    fn findings(&self, options: &[&str]) -> (Option<i32>, Findings) {
        let ran = self.doctor(&[options, &["--json"]].concat());
        let shown = ran.json();
        let findings =
            shown["findings"].as_array().unwrap().iter().map(|finding| {
                ["about", "verdict", "message"].map(|member| finding[member].as_str().unwrap().to_owned())
            });
        let findings = Findings(findings.collect());
        for (verdict, count) in [("fault", "faults"), ("warning", "warnings"), ("unknown", "unknown")] {
            assert_eq!(shown[count], findings.0.iter().filter(|finding| finding[1] == verdict).count(), "{shown}");
        }
        (ran.code, findings)
    }
}

/// Subject, verdict and message of each finding.
#[derive(Debug)]
struct Findings(Vec<[String; 3]>);

impl Findings {
    fn verdicts(&self, about: &str) -> Vec<&str> {
        self.0.iter().filter(|finding| finding[0] == about).map(|finding| finding[1].as_str()).collect()
    }

    /// Returns the first message about a subject.
    fn message(&self, about: &str) -> &str {
        &self.0.iter().find(|finding| finding[0] == about).unwrap()[2]
    }
}

#[test]
fn doctor_checks_everything_from_hubspot_to_the_bridge() {
    let fixture = Fixture::new();
    let (code, found) = fixture.findings(&[]);
    assert_eq!((code, found.0.len()), (Some(1), 7), "{found:?}");
    assert_eq!(found.verdicts("app 54321"), ["ok"]);
    assert_eq!(found.verdicts("connection 123123/rooms"), ["ok"]);
    assert_eq!(found.verdicts(PUBLIC_URL), ["warning", "fault"]);
    assert_eq!(found.verdicts(VIDEO), ["fault"]);
    assert_eq!(found.verdicts("clock"), ["unknown"]);
    assert_eq!(found.verdicts("file descriptors"), ["unknown"]);

    let emulate = ["emulate", "hubspot", "--json", "--config", "cordboard.toml", "--listen", &fixture.hubspot];
    let _hubspot = Emulator::of(fixture.cordboard(&emulate));
    let _bridge = Serving::start(fixture.cordboard(&["serve"]));
    let (code, found) = fixture.findings(&[]);
    assert_eq!((code, found.0.len()), (Some(1), 7), "{found:?}");
    assert_eq!(found.verdicts(PUBLIC_URL), ["warning", "ok"]);
    assert_eq!(found.verdicts("clock"), ["ok"]);
    assert_eq!(found.verdicts("file descriptors"), ["ok"]);
    for words in ["hard limit: ", "are reserved for providers", "room for 1024 connections from senders"] {
        assert!(found.message("file descriptors").contains(words), "{words}: {found:?}");
    }
    assert_eq!(found.verdicts(VIDEO), ["fault"]);
    assert!(found.message(VIDEO).contains("`cordboard hubspot video set --from-config`"), "{found:?}");

    let elsewhere = "https://elsewhere.example/create-meeting";
    run(fixture.cordboard(&["hubspot", "video", "set", "--create-meeting-url", elsewhere])).ended(0);
    let (code, found) = fixture.findings(&[]);
    assert_eq!((code, found.verdicts(VIDEO)), (Some(1), vec!["fault", "warning", "warning", "warning"]));
    assert!(found.message(VIDEO).contains(&format!("`createMeetingUrl` is {elsewhere}, which is not this bridge")));

    let output = fixture.doctor(&[]).ended(1).out;
    assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
    let here = format!("\nok       {PUBLIC_URL}\n         http://{} leads to this bridge\n", fixture.bridge);
    assert!(output.contains(&here), "{output}");
    assert!(output.ends_with("\nIt does not work: fix the faults (1).\n"), "{output}");

    // Without a key for HubSpot, its settings are unknown and not a fault.
    let output = fixture.doctor(&["--config", "keyless.toml"]).ended(0).out;
    assert!(output.contains(&format!("\nunknown  {VIDEO}\n")), "{output}");
    assert!(output.ends_with("\nIt works, but check the warnings (1). Unknown: 1.\n"), "{output}");
}

#[test]
fn an_unreadable_configuration_is_a_fault() {
    let fixture = Fixture::new();
    let (code, found) = fixture.findings(&["--config", "missing.toml"]);
    assert_eq!((code, found.verdicts("configuration")), (Some(1), vec!["fault"]));
    assert!(found.message("configuration").contains("no such file: create it"), "{found:?}");
    fs::write(fixture.folder.path().join("wrong.toml"), "lisen = 'x'\nbody-limit-bytes = 'many'").unwrap();
    let (code, found) = fixture.findings(&["--config", "wrong.toml"]);
    assert_eq!(code, Some(1));
    assert!(found.0.len() >= 2 && found.0.iter().all(|finding| finding[1] == "fault"), "{found:?}");
    assert!(found.0.iter().any(|finding| finding[2].contains("did you mean `listen`?")), "{found:?}");
}
