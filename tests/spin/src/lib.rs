//! Spin for tests: composes a `spin.toml` by the rules of Spin's composer, and serves it on a real port.
//!
//! It rejects what Spin 4 rejects, and everything else that it does not support. It must not depend on any other crate
//! of this workspace: the gateways must get nothing from it that Spin does not offer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod host;
mod spin_toml;

pub use host::{App, Behavior, Store, Values};
pub use spin_toml::Manifest;
/// The reason why an application cannot run. Format it with `{:#}`.
pub use wasmtime::Error as Fault;
