//! Threads for long work, and their processor time. This crate must not depend on any other crate of the workspace.

mod blocking;
mod thread_time;

pub use blocking::{run_blocking, run_low_priority};
pub use thread_time::thread_time;
