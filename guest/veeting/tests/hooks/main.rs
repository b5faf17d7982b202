//! What the web hooks are read into.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod hostile;
mod lossless;
mod samples;
mod sender;
mod variations;
