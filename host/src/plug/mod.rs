//! Plugs: components that are loaded, checked and called.
//!
//! [`Engine::load`] turns a file into a [`Plug`], or says what is wrong with it. A plug imports nothing, so all that it
//! can do to its host is to take time, memory and room for its answer; each call gets an instance of its own with a
//! limit on each ([`Options`]), and what oversteps one is one failed call ([`CallError`]).

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
