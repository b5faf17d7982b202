//! Replacing, rolling out and rolling back plugs during calls, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod candidates;
mod diffs;
mod fixture;
mod refusals;
mod restarts;
mod rollouts;
mod swaps;
mod watch;
