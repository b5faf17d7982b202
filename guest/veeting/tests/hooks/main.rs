//! Tests how the webhooks are read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod hostile;
mod lossless;
mod samples;
mod sender;
mod variations;
