//! The compiler process: its limits, failures and environment.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cordboard::plug::library::{AdmitError, CompilerLimits, LibraryError};
use cordboard::plug::{Library, LibraryOptions, LoadError};

use crate::support::*;

fn with(plug_folder: &PlugFolder, change: impl FnOnce(&mut CompilerLimits)) -> Library {
    let mut options = options();
    change(&mut options.compiling);
    plug_folder.open_with(options)
}

#[track_caller]
fn stopped(library: &Library, file: &[u8]) -> String {
    match library.add(file).unwrap_err() {
        AdmitError::Refused(error @ LoadError::Compiler(_)) => error.to_string(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_compilation_that_takes_too_long_is_stopped() {
    let plug_folder = PlugFolder::new();
    let file = heavy(built_in("jitsi"), 400);
    let began = Instant::now();
    let processor = stopped(&with(&plug_folder, |it| it.processor_time = Duration::from_secs(1)), &file);
    assert!(processor.contains("took more than 1 s of CPU time: make it smaller"), "{processor}");
    let clock = stopped(&with(&plug_folder, |it| it.time = Duration::from_millis(300)), &file);
    assert!(clock.contains("took longer than 0.3 s"), "{clock}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    plug_folder.assert_empty();
}

#[test]
fn a_compilation_that_uses_too_much_memory_is_stopped() {
    let plug_folder = PlugFolder::new();
    let memory = stopped(&with(&plug_folder, |it| it.memory_bytes = 24 << 20), &heavy(built_in("jitsi"), 400));
    assert!(memory.contains("used more than 24 MiB of memory"), "{memory}");
    plug_folder.assert_empty();
    // The same limit suffices for a built-in plug.
    let admitted = with(&plug_folder, |it| it.processor_time = Duration::from_secs(20)).add(&variant("jitsi", 1));
    assert_makes_conferences(&admitted.unwrap().plug);
}

/// Returns options with a script as the compiler.
fn with_script(plug_folder: &PlugFolder, script: &str) -> LibraryOptions {
    let path = plug_folder.folder.path().join("compiler");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    LibraryOptions { compiler: Some(path), ..LibraryOptions::default() }
}

#[test]
fn a_failure_of_the_compiler_is_not_blamed_on_the_file() {
    let plug_folder = PlugFolder::new();
    let file = variant("jitsi", 1);
    let cases = [
        ("cat >/dev/null; echo machine code", "produced no machine code"),
        ("cat >/dev/null; echo {}; exit 3", "gave no valid reason for refusing"),
        ("echo no such command >&2; exit 2", "no such command"),
    ];
    for (script, expected) in cases {
        let error = plug_folder.open_with(with_script(&plug_folder, script)).add(&file).unwrap_err();
        assert!(matches!(error, AdmitError::Library(LibraryError::NoCompiler { .. })), "{script}: {error}");
        assert!(error.to_string().contains(expected), "{script}: {error}");
    }
    let killed = plug_folder.open_with(with_script(&plug_folder, "kill -SEGV $$")).add(&file).unwrap_err();
    assert!(killed.to_string().contains("crashed (signal 11"), "{killed}");
    let missing = plug_folder.open_with(no_compiler()).add(&file).unwrap_err();
    assert!(missing.to_string().starts_with("/nowhere/cordboard cannot compile plugs ("), "{missing}");
    plug_folder.assert_empty();
}

/// A malicious file could read the environment through a fault of the compiler.
#[test]
fn the_compiler_has_an_empty_environment() {
    let plug_folder = PlugFolder::new();
    let seen = plug_folder.folder.path().join("seen");
    let script = format!("env > {}; cat >/dev/null; exit 1", seen.display());
    assert!(plug_folder.open_with(with_script(&plug_folder, &script)).add(&variant("jitsi", 1)).is_err());
    let seen = fs::read_to_string(seen).unwrap();
    assert!(!seen.contains("CARGO") && !seen.contains("HOME="), "{seen}");
}

/// The limits hold before the compiler reads the file.
#[test]
fn the_compiler_limits_its_own_resources() {
    let mut child = Command::new(program())
        .args(["compile-plug", "--memory-bytes", "268435456", "--processor-seconds", "7"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let limits = PathBuf::from(format!("/proc/{}/limits", child.id()));
    let began = Instant::now();
    let expected = [
        ("Max cpu time", "7 8"),
        ("Max data size", "268435456 268435456"),
        ("Max core file size", "0 0"),
        ("Max file size", "0 0"),
    ];
    let holds = |text: &str| {
        expected.iter().all(|(name, value)| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().take(2).collect::<Vec<_>>().join(" ") == *value
        })
    };
    while !holds(&fs::read_to_string(&limits).unwrap()) {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", fs::read_to_string(&limits).unwrap());
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(3), "an empty file is refused");
}

#[test]
fn help_does_not_show_the_command() {
    let help = Command::new(program()).arg("--help").output().unwrap();
    assert!(!String::from_utf8(help.stdout).unwrap().contains("compile-plug"));
}
