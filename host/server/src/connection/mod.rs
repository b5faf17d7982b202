//! Connections of a listener: how many there may be, and how long they may idle, send and read.

mod activity;
mod connections;
pub mod descriptors;
mod linger;
mod peers;
mod serve;
mod write_timeout;

pub(crate) use activity::{Activity, Busy};
pub use connections::Connections;
pub use peers::{PRIVATE_NETWORKS, PeerLimit};
pub use serve::{ServeLimits, serve, serve_counted};
