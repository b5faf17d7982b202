//! Connections of a listener: how many there may be, and how long they may idle, send and read.

mod activity;
mod connections;
pub mod descriptors;
mod keep_busy;
mod linger;
mod peers;
mod serve;
mod write_timeout;

pub use connections::Connections;
pub use peers::PeerLimit;
pub use serve::{ServeLimits, serve};
