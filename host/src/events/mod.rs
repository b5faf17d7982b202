//! Stored events as the world outside reads them.

// One contract, generated twice: what is written of it is one source.
#[path = "../../../guest/core/src/event/document.rs"]
pub mod document;
#[path = "../../../guest/core/src/event/happening.rs"]
mod happening;
pub mod json;
#[path = "../../../guest/core/src/event/kind.rs"]
mod kind;

#[cfg(test)]
mod tests;

pub use cordboard_core::event::rfc3339;
pub use kind::kind;

use cordboard_core::event::extras;
use happening::happening;
