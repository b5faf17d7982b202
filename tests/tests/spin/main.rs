//! The gateways for Spin, composed according to spin.toml.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod events;
mod files;
mod hostile;
mod operators;
mod page;
mod shared;
mod together;
mod unset;
mod up;
