//! Replays recorded operations with another plug, to compare the two.

pub mod compare;
mod recorded;
mod shadow;

pub use recorded::{Recorded, recorded};
pub use shadow::Shadows;
