//! The library of plugs, with real files, and the real program as the compiler.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod admission;
mod bridge;
mod cache;
mod compiler;
mod eviction;
mod files;
mod quotas;
mod support;
mod uploads;
