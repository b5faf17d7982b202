//! The admin API over HTTP: permissions, pushes, changes, queries and the audit log.
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
