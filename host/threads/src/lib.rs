//! Runs long work on threads of its own, and measures the processor time of a thread. This crate must not depend on any
//! other crate of the workspace.

mod blocking;
mod thread_time;

pub use blocking::{run_blocking, run_low_priority};
pub use thread_time::thread_time;
