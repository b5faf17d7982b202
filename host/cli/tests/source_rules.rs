//! Rules for the source of the host, and for the dependencies of its crates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

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

/// Folders of `host` for whose crates the rule does not hold: the command line, with its developer tools; the doctor,
/// which calls the bridge as HubSpot does and compares HubSpot's settings; and the emulator.
const DEVELOPER_TOOLS: [&str; 3] = ["cli", "doctor", "emulator"];

/// Where vendors may be named: the list of built-in plugs, and the signature schemes of known senders.
const NAMED_IN: [&str; 2] = ["builtin/src/lib.rs", "core/src/signature_scheme/catalog.rs"];

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

/// The crates of the workspace that each crate in `host` may depend on, tests aside. A crate is listed after those that
/// it may depend on, so there are no circles.
const DEPENDENCIES: [(&str, &[&str]); 17] = [
    ("cordboard-core-host", &[]),
    ("cordboard-emulator", &[]),
    ("cordboard-threads", &[]),
    ("cordboard-vault", &[]),
    ("cordboard-builtin", &["cordboard-core-host"]),
    ("cordboard-config", &["cordboard-core-host"]),
    ("cordboard-store", &["cordboard-core-host"]),
    ("cordboard-egress", &["cordboard-core-host", "cordboard-threads"]),
    ("cordboard-runtime", &["cordboard-core-host", "cordboard-threads"]),
    ("cordboard-sqlite", &["cordboard-core-host", "cordboard-store", "cordboard-vault"]),
    (
        "cordboard-library",
        &["cordboard-builtin", "cordboard-core-host", "cordboard-runtime", "cordboard-threads", "cordboard-vault"],
    ),
    (
        "cordboard-bridge",
        &[
            "cordboard-builtin",
            "cordboard-config",
            "cordboard-core-host",
            "cordboard-egress",
            "cordboard-library",
            "cordboard-runtime",
            "cordboard-store",
            "cordboard-threads",
            "cordboard-vault",
        ],
    ),
    (
        "cordboard-server",
        &[
            "cordboard-bridge",
            "cordboard-builtin",
            "cordboard-config",
            "cordboard-core-host",
            "cordboard-library",
            "cordboard-runtime",
            "cordboard-store",
        ],
    ),
    (
        "cordboard",
        &[
            "cordboard-bridge",
            "cordboard-builtin",
            "cordboard-config",
            "cordboard-core-host",
            "cordboard-egress",
            "cordboard-library",
            "cordboard-runtime",
            "cordboard-server",
            "cordboard-sqlite",
            "cordboard-store",
            "cordboard-vault",
        ],
    ),
    ("cordboard-conformance", &["cordboard", "cordboard-core-host"]),
    ("cordboard-doctor", &["cordboard", "cordboard-core-host"]),
    (
        "cordboard-cli",
        &["cordboard", "cordboard-conformance", "cordboard-core-host", "cordboard-doctor", "cordboard-emulator"],
    ),
];

/// Crates from outside that only these crates in `host` may depend on, tests aside.
const ONLY_IN: [(&str, &[&str]); 6] = [
    ("axum", &["cordboard", "cordboard-cli", "cordboard-emulator", "cordboard-server"]),
    ("clap", &["cordboard-cli"]),
    ("reqwest", &["cordboard-cli", "cordboard-doctor", "cordboard-egress", "cordboard-emulator"]),
    ("rusqlite", &["cordboard-sqlite"]),
    ("tracing-subscriber", &["cordboard-cli"]),
    ("wasmtime", &["cordboard-core-host", "cordboard-library", "cordboard-runtime"]),
];

/// The crates in `host` with their dependencies, tests and build scripts aside; whether a dependency is a crate of the
/// workspace.
fn dependencies() -> Vec<(String, Vec<(String, bool)>)> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]);
    let output = cargo.arg(host().join("Cargo.toml")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let folder = Path::new(metadata["workspace_root"].as_str().unwrap()).join("host");
    let packages = metadata["packages"].as_array().unwrap().iter();
    let packages =
        packages.filter(|package| Path::new(package["manifest_path"].as_str().unwrap()).starts_with(&folder));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let needed = |package: &Value| -> Vec<(String, bool)> {
        let all = package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
        all.map(|dependency| (text(&dependency["name"]), dependency["path"].is_string())).collect()
    };
    packages.map(|package| (text(&package["name"]), needed(package))).collect()
}

#[test]
fn dependencies_point_one_way() {
    let found = dependencies();
    assert_eq!(found.len(), DEPENDENCIES.len(), "list each crate in `host`");
    for (name, needed) in &found {
        let at = DEPENDENCIES.iter().position(|(listed, _)| listed == name);
        let at = at.unwrap_or_else(|| panic!("{name} is not listed"));
        for (dependency, _) in needed.iter().filter(|(_, is_ours)| *is_ours) {
            assert!(DEPENDENCIES[at].1.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
            assert!(DEPENDENCIES[..at].iter().any(|(earlier, _)| earlier == dependency), "list {dependency} first");
        }
    }
}

#[test]
fn crates_from_outside_stay_where_they_belong() {
    for (name, needed) in dependencies() {
        for (dependency, _) in needed {
            let known = ONLY_IN.iter().find(|(outside, _)| *outside == dependency);
            let allowed = known.is_none_or(|(_, crates)| crates.contains(&name.as_str()));
            assert!(allowed, "{name} must not depend on {dependency}");
        }
    }
}
