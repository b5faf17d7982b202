//! The configuration and the commands in README.md and docs/ work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use process::emulator::Emulator;
use process::run::{Ran, run};
use process::{SECRET, Serving, free_ports};
use serde_json::json;

const README: &str = "README.md";
const EMULATOR: &str = "docs/emulator.md";

/// The workspace's directory.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the fenced blocks of a language on a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Returns a command's arguments, without the comment.
fn arguments(line: &str) -> Vec<String> {
    line.split('#').next().unwrap().split_whitespace().map(str::to_owned).collect()
}

/// Returns the program's commands in the `sh` blocks of a page.
fn commands(page: &str) -> Vec<Vec<String>> {
    let lines = blocks(page, "sh").concat();
    lines.lines().filter_map(|line| line.strip_prefix("cordboard ")).map(arguments).collect()
}

fn cordboard(folder: &Path, words: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    command.args(words).current_dir(folder).env("NO_COLOR", "1");
    command.env("HUBSPOT_CLIENT_SECRET", SECRET).env("HUBSPOT_DEVELOPER_KEY", "a-developer-key");
    command.env("SIMPLEX_API_KEY", "any-value");
    command
}

#[test]
fn the_commands_work_with_the_configuration_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let config = blocks(README, "toml").concat();
    // Only the ports differ, since README's may be in use.
    let [port, operators] = free_ports();
    let config = config.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    let config = config.replace("127.0.0.1:8081", &format!("127.0.0.1:{operators}"));
    fs::write(folder.path().join("cordboard.toml"), config).unwrap();

    let commands = commands(README);
    let named: Vec<_> = commands.iter().map(|words| words[0].as_str()).collect();
    let expected = ["check", "serve", "status", "hubspot", "simulate", "simulate", "events"];
    assert_eq!(named, expected, "README.md shows other commands than this test runs");
    let mut serving = None;
    for words in &commands {
        match words[0].as_str() {
            "serve" => serving = Some(Serving::start(cordboard(folder.path(), words))),
            "events" => tail(folder.path(), words),
            // Tests must not call HubSpot.
            "hubspot" if !words.iter().any(|word| word == "--dry-run") => panic!("{words:?} would reach HubSpot"),
            _ => drop(run(cordboard(folder.path(), words)).ended(0)),
        }
    }
    serving.expect("README.md has no `cordboard serve`").stop();
}

/// Follows events for a while, then stops with ctrl-c.
fn tail(folder: &Path, words: &[String]) {
    let child = cordboard(folder, words).stdout(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        process::interrupt(pid);
    });
    let output = Ran::of(child.wait_with_output().unwrap()).ended(0).all();
    assert!(output.contains("meeting.scheduled"), "{words:?}: {output}");
}

#[test]
fn meetings_are_booked_at_the_emulator_with_the_configuration_on_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let [port, operators, vendor] = free_ports();
    let (app, commands) = (blocks(EMULATOR, "toml").concat(), commands(EMULATOR));
    let config = blocks(README, "toml").concat();
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
    let options = ["--json".to_owned(), "--listen".to_owned(), format!("127.0.0.1:{vendor}")];
    let hubspot = Emulator::of(cordboard(folder.path(), &[&emulate[..], &options].concat()));
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

/// Other tests run these commands; this one parses them.
#[test]
fn the_commands_in_console_blocks_exist() {
    let folder = tempfile::tempdir().unwrap();
    let on_page = |page: &str| {
        let text = blocks(page, "console").concat().replace("\\\n", " ");
        let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("$ cordboard "));
        lines.map(arguments).collect::<Vec<_>>()
    };
    for page in [README, "docs/rollouts.md"] {
        assert!(on_page(page).iter().filter(|words| words[0] == "plug").count() >= 4, "{page} shows no rollout");
    }
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let pages = pages.map(|name| format!("docs/{}", name.to_str().unwrap())).chain([README.to_owned()]);
    let commands: Vec<_> = pages.flat_map(|page| on_page(&page)).collect();
    assert!(commands.len() >= 20, "{commands:?}");
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
    // A required setting is missing.
    assert_eq!(code(&["plug", "test", "iotum"]), Some(1));
}
