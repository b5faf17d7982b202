//! Plugs: WebAssembly components that are loaded, checked and called.
//!
//! [`Engine::load`] turns a file into a [`Plug`] or reports what is wrong with it. A plug imports nothing, so it can
//! only consume time, memory and space for its result. Each call runs in a fresh instance that limits all three
//! ([`Options`]); exceeding a limit fails that one call ([`CallError`]).

pub mod builtin;
mod call;
mod code;
mod contracts;
mod description;
mod engine;
mod error;
mod inspect;
pub mod library;
mod limits;
mod load;
mod operation;
mod settings;
mod shape;

pub use cordboard_core::rules;

pub use call::{Plug, Role};
pub use engine::{Class, Engine, EngineError};
pub use error::{CallError, LoadError, quote};
pub use inspect::{Inspection, inspect};
pub use library::{Library, LibraryOptions, SelfTest};
pub use limits::{ClassOptions, Options};
pub use settings::SettingsResult;

#[cfg(test)]
mod tests;
