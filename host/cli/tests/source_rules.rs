//! Rules for the source of the host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

const VENDORS: [&str; 12] = [
    "hubspot",
    "jitsi",
    "iotum",
    "veeting",
    "simplex",
    "callbridge",
    "zoom",
    "webex",
    "whereby",
    "daily",
    "8x8",
    "jaas",
];

/// Folders of `host` for whose crates the rule does not hold: the command line, with its developer tools, and the
/// emulator.
const DEVELOPER_TOOLS: [&str; 2] = ["cli", "emulator"];

/// Where vendors may be named: the list of built-in plugs.
const NAMED_IN: [&str; 1] = ["builtin/src/lib.rs"];

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The source folders of the crates for which the rule holds: that of the library, and those in folders of `host`.
fn source_folders() -> Vec<PathBuf> {
    let host = host();
    let folders = fs::read_dir(&host).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| !DEVELOPER_TOOLS.iter().any(|tool| entry.file_name() == *tool));
    let sources = folders.map(|entry| entry.path().join("src")).filter(|folder| folder.is_dir());
    sources.chain([host.join("src")]).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Lines outside of tests.
fn lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().map(str::to_lowercase).enumerate().map(|(number, line)| (number + 1, line)).collect()
}

#[test]
fn host_code_names_no_vendor() {
    let root = host();
    let mut files = Vec::new();
    let folders = source_folders();
    folders.iter().for_each(|folder| sources(folder, &mut files));
    assert!(folders.len() > 8 && files.len() > 200, "the host's source was not found");
    let mut named = Vec::new();
    for file in &files {
        let relative = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let is_test = relative.contains("/tests/") || relative.ends_with("tests.rs");
        if is_test || NAMED_IN.iter().any(|allowed| relative.starts_with(allowed)) {
            continue;
        }
        for (number, line) in lines(file) {
            let words: Vec<_> = line.split(|char: char| !char.is_alphanumeric()).collect();
            if let Some(vendor) = VENDORS.iter().find(|vendor| words.contains(vendor)) {
                named.push(format!("{relative}:{number} names {vendor}"));
            }
        }
    }
    assert!(named.is_empty(), "{}", named.join("\n"));
}

#[test]
fn the_census_would_find_one() {
    assert!(lines(&host().join(NAMED_IN[0])).iter().any(|(_, line)| line.contains("jitsi")));
}
