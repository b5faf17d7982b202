//! README's configuration is a right one, and its commands do what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use process::emulator::Emulator;
use process::run::{Ran, run};
use process::{SECRET, Serving, free_ports};
use serde_json::json;

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let fence = format!("```{language}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The commands of the program that README shows, without their comments.
fn commands() -> Vec<Vec<String>> {
    let lines = blocks("sh").concat();
    let lines = lines.lines().filter_map(|line| line.strip_prefix("cordboard "));
    lines.map(|line| line.split('#').next().unwrap().split_whitespace().map(str::to_owned).collect()).collect()
}

fn cordboard(folder: &Path, words: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    command.args(words).current_dir(folder).env("NO_COLOR", "1");
    command.env("HUBSPOT_CLIENT_SECRET", SECRET).env("HUBSPOT_DEVELOPER_KEY", "nobody-is-told");
    command
}

#[test]
fn the_commands_work_with_the_configuration_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let config = blocks("toml").concat();
    // Only the ports are of this test, since others may listen on README's.
    let [port, operators] = free_ports();
    let config = config.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    let config = config.replace("127.0.0.1:8081", &format!("127.0.0.1:{operators}"));
    fs::write(folder.path().join("cordboard.toml"), config).unwrap();

    let commands = commands();
    let named: Vec<_> = commands.iter().map(|words| words[0].as_str()).collect();
    let expected = ["check", "serve", "status", "hubspot", "simulate", "simulate", "events"];
    assert_eq!(named, expected, "README shows other commands");
    let mut serving = None;
    for words in &commands {
        match words[0].as_str() {
            "serve" => serving = Some(Serving::start(cordboard(folder.path(), words))),
            "events" => tail(folder.path(), words),
            // HubSpot itself is not for tests.
            "hubspot" if !words.iter().any(|word| word == "--dry-run") => panic!("{words:?} would reach HubSpot"),
            _ => drop(run(cordboard(folder.path(), words)).ended(0)),
        }
    }
    serving.expect("README serves").stop();
}

/// Follows until the reader has seen enough and says so as a person would, by ctrl-c.
fn tail(folder: &Path, words: &[String]) {
    let child = cordboard(folder, words).stdout(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        process::interrupt(pid);
    });
    let said = Ran::of(child.wait_with_output().unwrap()).ended(0).all();
    assert!(said.contains("meeting.scheduled"), "{words:?}: {said}");
}

/// What is indented in the section on the stand-in: the app as it becomes, and commands.
fn indented() -> (String, Vec<Vec<String>>) {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with("Without HubSpot\n")).unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("    ").or(line.is_empty().then_some("")));
    let (commands, app): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("cordboard "));
    let commands = commands.iter().map(|line| line.split(' ').skip(1).map(str::to_owned).collect());
    (app.join("\n"), commands.collect())
}

#[test]
fn the_stand_in_books_with_the_configuration_that_the_app_becomes() {
    let folder = tempfile::tempdir().unwrap();
    let [port, operators, vendor] = free_ports();
    let (app, commands) = indented();
    let config = blocks("toml").concat();
    let (before, rest) = config.split_once("[app.").unwrap();
    let (_, after) = rest.split_once("[account.").unwrap();
    let config = format!("{before}{app}\n[account.{after}");
    let ports = [("127.0.0.1:8080", port), ("127.0.0.1:8081", operators), ("127.0.0.1:8090", vendor)];
    let config = ports.iter().fold(config, |config, (readmes, port)| {
        assert!(config.contains(readmes), "{readmes} is not in {config}");
        config.replace(readmes, &format!("127.0.0.1:{port}"))
    });
    fs::write(folder.path().join("cordboard.toml"), config).unwrap();

    let [emulate, serve, video, calling] = commands.try_into().unwrap();
    assert_eq!(
        (&emulate[..2], &serve[..]),
        (&["emulate".to_owned(), "hubspot".to_owned()][..], &["serve".to_owned()][..])
    );
    let beside = ["--json".to_owned(), "--listen".to_owned(), format!("127.0.0.1:{vendor}")];
    let hubspot = Emulator::of(cordboard(folder.path(), &[&emulate[..], &beside].concat()));
    let _bridge = Serving::start(cordboard(folder.path(), &serve));
    for words in [video, calling] {
        run(cordboard(folder.path(), &words)).ended(0);
    }
    let meeting = json!({
        "accountId": 123_123, "topic": "Review", "startTime": 1_900_000_000_000_u64, "endTime": 1_900_001_800_000_u64,
    });
    let (status, booked) = hubspot.ask("POST", "/emulator/meetings", &meeting);
    assert_eq!((status, &booked["meeting"]["status"]), (201, &json!("booked")), "{booked}");
    let caller = json!({ "accountId": 123_123, "userId": 123 });
    let (status, numbers) = hubspot.ask("POST", "/emulator/phone-numbers", &caller);
    assert_eq!((status, &numbers["phoneNumbers"][0]["e164PhoneNumber"]), (200, &json!("+18001231234")), "{numbers}");
}

#[test]
fn every_line_of_help_fits_a_terminal() {
    let tree: [&[&str]; 37] = [
        &[],
        &["demo"],
        &["serve"],
        &["check"],
        &["doctor"],
        &["status"],
        &["status", "acknowledge"],
        &["retention"],
        &["retention", "show"],
        &["retention", "confirm"],
        &["hubspot"],
        &["hubspot", "video"],
        &["hubspot", "video", "get"],
        &["hubspot", "video", "set"],
        &["hubspot", "video", "delete"],
        &["hubspot", "calling"],
        &["hubspot", "calling", "get"],
        &["hubspot", "calling", "create"],
        &["hubspot", "calling", "update"],
        &["hubspot", "calling", "delete"],
        &["simulate"],
        &["emulate"],
        &["emulate", "hubspot"],
        &["events", "list"],
        &["events", "tail"],
        &["plug"],
        &["plug", "inspect"],
        &["plug", "diff"],
        &["plug", "push"],
        &["plug", "list"],
        &["plug", "activate"],
        &["plug", "promote"],
        &["plug", "rollback"],
        &["plug", "history"],
        &["token"],
        &["token", "new"],
        &["plug", "test"],
    ];
    for words in tree {
        let output = Command::new(env!("CARGO_BIN_EXE_cordboard")).args(words).arg("--help").output().unwrap();
        assert!(output.status.success(), "{words:?}");
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("Usage: cordboard"), "{words:?}: {help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{words:?}: {line}");
        }
    }
}

/// What they do is in another test; these are the words.
#[test]
fn the_commands_that_change_plugs_are_spelt_right() {
    let folder = tempfile::tempdir().unwrap();
    let blocks = blocks("console").concat().replace("\\\n", " ");
    let commands = blocks.lines().filter_map(|line| line.strip_prefix("$ cordboard "));
    let commands: Vec<Vec<_>> =
        commands.map(|line| line.split('#').next().unwrap().split_whitespace().map(str::to_owned).collect()).collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for mut words in commands {
        words.push("--help".to_owned());
        run(cordboard(folder.path(), &words)).ended(0);
    }
}

#[test]
fn a_wrong_command_line_exits_with_2_and_a_failure_with_1() {
    let code = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_cordboard")).args(words).stderr(Stdio::null()).status().unwrap().code()
    };
    assert_eq!(code(&["serf"]), Some(2));
    assert_eq!(code(&["check", "--config", "there-is-no-such-file.toml"]), Some(1));
    assert_eq!(code(&["plug", "test", "phonebook", "--set", "7=+18001231234"]), Some(0));
    // It needs a setting to be tried with.
    assert_eq!(code(&["plug", "test", "iotum"]), Some(1));
}
