//! A full disk, with a small file system in a mount namespace.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::rooms::{ACCOUNT, rooms};
use crate::process::{Bridge, create_body, free_ports};
use crate::readiness::until_ready_is;

/// Returns a command that runs the program with a small disk in `data`, which the commands in `before` prepare.
fn on_small_disk(folder: &Path, before: &str) -> Command {
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    let script =
        format!("mount -t tmpfs -o size=2m disk {data:?} && {before} exec \"$0\" serve --config cordboard.toml");
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script, env!("CARGO_BIN_EXE_cordboard")]);
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

/// Whether tests can mount a file system. Some containers do not allow it.
fn may_mount() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "mount", "-t", "tmpfs", "disk", "/mnt"]);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let may = status.is_ok_and(|status| status.success());
    if !may {
        eprintln!("skipped: this system does not let tests mount file systems");
    }
    may
}

/// Writes a file that fills the disk.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    for piece in [64 << 10, 1 << 10, 1] {
        while file.write_all(&vec![7; piece]).is_ok() {}
    }
}

fn configuration(folder: &Path, lines: &str) -> [u16; 2] {
    let [port, operators] = free_ports();
    let config = format!(
        "listen = \"127.0.0.1:{port}\"\nadmin-listen = \"127.0.0.1:{operators}\"\n\
         public-url = \"http://127.0.0.1:{port}\"\ndata-dir = \"data\"\n[app.54321]\nplug = \"hubspot\"\n\
         settings = {{ client-secret = \"{}\" }}\n{lines}",
        crate::process::SECRET
    );
    fs::write(folder.join("cordboard.toml"), config).unwrap();
    [port, operators]
}

#[test]
fn a_bridge_is_not_ready_while_the_disk_is_full() {
    if !may_mount() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (_, lines) = rooms(folder.path());
    let ports = configuration(folder.path(), &lines);
    let bridge = Bridge::of(on_small_disk(folder.path(), ""), ports);
    let booked = |topic: &str| {
        let body = create_body(ACCOUNT, "ada@example.com", topic);
        bridge.post_signed("create-meeting", &body).unwrap().0
    };
    assert_eq!((booked("Before"), until_ready_is(&bridge, 200).as_str()), (200, "ready\n"));

    // The disk in the process's mount namespace.
    let filler = PathBuf::from(format!("/proc/{}/root", bridge.pid()))
        .join(folder.path().strip_prefix("/").unwrap())
        .join("data/filler");
    fill(&filler);
    let mut number = 0;
    while booked(&format!("Meeting {number}")) == 200 {
        number += 1;
        assert!(number < 1_000, "the disk is not full");
    }
    let reason = until_ready_is(&bridge, 503);
    assert!(reason.contains("the disk is full: make room where data-dir is"), "{reason}");
    fs::remove_file(filler).unwrap();
    until_ready_is(&bridge, 200);
    assert_eq!(booked("After"), 200);
}

#[test]
fn a_start_on_a_full_disk_reports_it() {
    if !may_mount() {
        return;
    }
    // No space at all, space for the lock only, and space for a part of what a start writes.
    for room in [0, 4, 8, 40, 80] {
        let folder = tempfile::tempdir().unwrap();
        configuration(folder.path(), "");
        let full = format!(
            "{{ head -c {} /dev/zero > data/filler; head -c 9m /dev/zero > data/more 2>/dev/null; rm data/filler; }};",
            room << 10
        );
        let mut child = on_small_disk(folder.path(), &full).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{room} KiB: {stderr}");
        assert!(stderr.contains("disk is full: make room where data-dir is"), "{room} KiB: {stderr}");
    }
}
