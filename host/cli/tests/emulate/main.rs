//! `cordboard emulate hubspot` as a process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../process/mod.rs"]
mod process;

mod booking;
mod forward;
mod options;
mod secrets;
mod setting;
mod starting;
