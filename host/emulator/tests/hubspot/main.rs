//! Tests the local HubSpot over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod booking;
mod channel;
mod control;
mod errors;
mod faults;
mod numbers;
mod oauth;
mod objects;
mod rates;
mod receiver;
mod running;
mod search;
mod secrets;
mod settings;
mod signing;
