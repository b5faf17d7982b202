//! Scenarios over HTTP, with a running bridge, real plugs and a real store.
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
mod schemes;
mod senders;
mod shared;
mod stores;
mod unacknowledged;
