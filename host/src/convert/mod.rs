//! The records of the contracts, from the host's bindings to those of the shared logic: one contract, generated twice.

pub mod effect;
pub mod manifest;
