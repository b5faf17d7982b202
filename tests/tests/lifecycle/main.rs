//! Plugs are replaced, tried and rolled back while calls go on: over HTTP, with real components.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod candidates;
mod diffs;
mod refusals;
mod restarts;
mod stage;
mod swaps;
mod trials;
mod watch;
