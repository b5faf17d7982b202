//! Floods from strangers, against the program: its memory, its file descriptors and its operators' listener.

mod bodies;
mod connections;
mod deadline;

use std::time::{Duration, Instant};

use super::process::{Bridge, http};

/// Waits until something holds.
fn until(what: &str, within: Duration, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < within, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The status with which operators are answered; none where they are not.
fn operators(bridge: &Bridge, path: &str) -> Option<(u16, String)> {
    http::ask(&bridge.operators(), "GET", path, "", "")
}

/// A number that `/metrics` tells.
fn metric(bridge: &Bridge, name: &str) -> Option<u64> {
    let (_, text) = operators(bridge, "/metrics")?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

/// What a process has in memory, in KiB: now (`VmRSS`), or at the most so far (`VmHWM`).
fn memory(pid: u32, which: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
