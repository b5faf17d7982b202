//! What comes of what, over HTTP: a bridge that runs, its plugs, its store, and those at both ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod bad_input;
mod booking;
mod correlation;
mod crowds;
mod links;
mod neighbours;
mod operators;
mod plays;
mod providers;
mod recovery;
mod redelivery;
mod repeats;
mod schemes;
mod sealed;
mod senders;
mod stores;
mod undo;
