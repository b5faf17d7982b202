//! What comes of what, over HTTP: a bridge that runs, its plugs, its store, and those at both ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod bad_input;
mod booking;
mod correlation;
mod crowds;
mod encrypted;
mod links;
mod neighbours;
mod operators;
mod providers;
mod recovery;
mod repeats;
mod reprocessing;
mod request_ids;
mod schemes;
mod senders;
mod shared;
mod stores;
mod unacknowledged;
