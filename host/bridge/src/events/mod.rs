//! Stored events in the form that consumers read.

pub mod json;

#[cfg(test)]
mod tests;

pub use cordboard_core::event::{data, document, kind, rfc3339};
