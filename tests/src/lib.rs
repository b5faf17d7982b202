//! What the tests that cross parts share: a bridge that runs, and those who call it and are called by it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

pub mod bridge;
pub mod emulator;
pub mod http;
pub mod hubspot;
pub mod iotum;
pub mod provider;
pub mod rooms;
pub mod sign;
pub mod store;
pub mod template;

/// A plug that does what no plug should: see `hostile/`.
pub const HOSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-hostile.wasm"));

/// Plugs that mean no harm and are not right, a contract each: see `careless/`.
pub mod careless {
    /// A CRM's.
    pub const CRM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-crm.wasm"));
    /// A provider's.
    pub const PROVIDER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-provider.wasm"));
    /// A telephony system's.
    pub const TELEPHONY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-telephony.wasm"));
}
