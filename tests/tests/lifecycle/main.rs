//! Plugs are replaced, tried and rolled back while calls go on: over HTTP, with real components.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod candidates;
mod diffs;
mod fixture;
mod refusals;
mod restarts;
mod rollouts;
mod swaps;
mod watch;
