//! Stored events as the world outside reads them.

pub mod json;

#[cfg(test)]
mod tests;

pub use cordboard_core::event::{data, document, kind, rfc3339};
