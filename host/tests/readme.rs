//! README's configuration is a right one, and its commands do what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod process;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
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
    command.args(words).current_dir(folder).env("HUBSPOT_CLIENT_SECRET", SECRET).env("NO_COLOR", "1");
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn the_commands_work_with_the_configuration_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let config = blocks("toml").concat();
    // Only the ports are of this test, since others may listen on README's.
    let [port, operators] = process::free_ports();
    let config = config.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    let config = config.replace("127.0.0.1:8081", &format!("127.0.0.1:{operators}"));
    fs::write(folder.path().join("cordboard.toml"), config).unwrap();

    let commands = commands();
    let named: Vec<_> = commands.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(named, ["check", "serve", "status", "simulate", "events"], "README shows other commands");
    let mut serving = None;
    for words in &commands {
        match words[0].as_str() {
            "serve" => serving = Some(process::Serving::start(cordboard(folder.path(), words))),
            "events" => tail(folder.path(), words),
            _ => {
                let output = cordboard(folder.path(), words).output().unwrap();
                assert!(output.status.success(), "{words:?}: {}", said(&output));
            }
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
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", said(&output));
}

#[test]
fn every_line_of_help_fits_a_terminal() {
    let tree: [&[&str]; 23] = [
        &[],
        &["demo"],
        &["serve"],
        &["check"],
        &["doctor"],
        &["status"],
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
        &["plug", "inspect"],
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

#[test]
fn a_wrong_command_line_exits_with_2_and_a_failure_with_1() {
    let code = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_cordboard")).args(words).stderr(Stdio::null()).status().unwrap().code()
    };
    assert_eq!(code(&["serf"]), Some(2));
    assert_eq!(code(&["check", "--config", "there-is-no-such-file.toml"]), Some(1));
}
