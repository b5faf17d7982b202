//! The bridge between a CRM and conferencing and telephony systems, its logic in sandboxed WebAssembly plugs.
//!
//! Start reading at [`flow`]: it holds the two ways that a request takes. [`bridge`] puts the parts together and is what
//! an embedding service uses.

pub mod admin;
pub mod app_settings;
mod blocking;
pub mod bridge;
pub mod config;
pub mod contract;
pub mod counters;
pub mod descriptors;
pub mod egress;
pub mod events;
pub mod flow;
pub mod ingress;
pub mod lifecycle;
pub mod plug;
pub mod store;
mod thread_time;
pub mod topology;
pub mod vault;

pub use bridge::{Bridge, Options, StartError};
pub use config::Config;
