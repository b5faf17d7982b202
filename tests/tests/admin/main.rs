//! The admin API over HTTP: who may, what is pushed, changed, looked at, and written down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod audits;
mod callers;
mod changes;
mod fixture;
mod pushes;
mod quotas;
mod refusals;
mod reload;
mod schema;
