//! The state of a running bridge for operators: leftovers, readiness, retention.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../process/mod.rs"]
mod process;

mod full;
mod leftovers;
mod readiness;
mod retention;
mod unprocessed;
mod upgrade;

use process::{Bridge, http};

/// Sends a request to the operators' listener, and returns status and body.
fn ask(bridge: &Bridge, path: &str) -> (u16, String) {
    http::ask(&bridge.operators(), "GET", path, "", "").unwrap()
}

/// Returns a gauge of `/metrics`.
fn gauge(bridge: &Bridge, name: &str) -> u64 {
    let (_, metrics) = ask(bridge, "/metrics");
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in {metrics}")).parse().unwrap()
}
