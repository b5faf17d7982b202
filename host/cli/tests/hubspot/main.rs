//! `cordboard hubspot …` with a HubSpot emulator as another process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../process/mod.rs"]
mod process;

mod calling;
mod dry_run;
mod faults;
mod refusals;
mod secrets;
mod video;
mod waiting;
