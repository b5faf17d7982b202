//! Spin for tests: a `spin.toml` composed by the rules of Spin's composer, and run on a real port.
//! What Spin 4 refuses is refused, and what it takes and this host does not know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod host;
mod spin_toml;

pub use host::{App, Behavior, Store, Values};
pub use spin_toml::Manifest;
/// Why an application is not run: a sentence, written with `{:#}`.
pub use wasmtime::Error as Fault;
