//! Floods of unauthenticated requests against the program's memory, file descriptors and listeners.

mod bodies;
mod connections;
mod deadline;

use super::process::{Bridge, http};

/// Sends a request to the operators' listener. Returns `None` if there is no answer.
fn operators(bridge: &Bridge, path: &str) -> Option<(u16, String)> {
    http::ask(&bridge.operators(), "GET", path, "", "")
}

/// Returns a value of `/metrics`.
fn metric(bridge: &Bridge, name: &str) -> Option<u64> {
    let (_, text) = operators(bridge, "/metrics")?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

/// Returns the resident memory of a process in KiB: the current size (`VmRSS`), or the peak (`VmHWM`).
fn memory(pid: u32, which: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
