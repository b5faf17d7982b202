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

/// The crates for which the rule holds: all but the command line, with its developer tools, and the emulator.
const CRATES: [&str; 2] = ["src", "conformance/src"];

/// Where vendors may be named: the list of built-in plugs.
const NAMED_IN: [&str; 1] = ["src/plug/builtin.rs"];

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    CRATES.iter().for_each(|folder| sources(&root.join(folder), &mut files));
    assert!(files.len() > 50, "the host's source was not found");
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/plug/builtin.rs");
    assert!(lines(&root).iter().any(|(_, line)| line.contains("jitsi")));
}
