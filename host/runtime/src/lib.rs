//! Plugs: WebAssembly components that are loaded, checked and called. This crate must not depend on files, a network or
//! an async runtime, nor on any crate of the workspace but `cordboard-core-host` and `cordboard-threads`.
//!
//! [`Engine::load`] turns a file into a [`Plug`] or reports what is wrong with it. A plug imports nothing, so it can
//! only consume time, memory and space for its result. Each call runs in a fresh instance that limits all three
//! ([`Options`]); exceeding a limit fails that one call ([`CallError`]).

mod call;
mod code;
pub mod contract;
mod contracts;
mod description;
mod engine;
mod error;
mod fingerprint;
mod inspect;
mod limits;
mod load;
mod operation;
mod settings;
mod shape;

pub use cordboard_core::Role;

pub use call::Plug;
pub use code::Reload;
pub use engine::{Class, Engine, EngineError};
pub use error::{CallError, LoadError, quote};
pub use inspect::{Inspection, inspect};
pub use limits::{ClassOptions, Options};
pub use load::{CheckedComponent, compile};
pub use settings::SettingsResult;

#[cfg(test)]
mod tests;
