//! Fixtures for tests that span crates: a running bridge, the senders that call it, and the providers that it calls.
//!
//! Only tests and benches use this crate. `shared_scenarios` must not depend on a host: they use HTTP only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

pub mod bridge;
pub mod compiled;
pub mod emulator;
pub mod fixtures;
pub mod http;
pub mod hubspot;
pub mod iotum;
pub mod neighbors;
pub mod plugs;
pub mod provider;
pub mod rooms;
pub mod served;
pub mod shared_scenarios;
pub mod sign;
pub mod spin;
pub mod store;
pub mod template;

#[path = "../hostile/src/list.rs"]
mod list;

pub use fixtures::HOSTILE;

/// Returns the resident memory of this process, in bytes.
///
/// # Panics
/// Panics if the system does not report it.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a size");
    let kibibytes: u64 = line.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number");
    kibibytes * 1024
}

/// Plugs with mistakes, one per contract: see `careless/`.
pub mod careless {
    /// A CRM plug.
    pub const CRM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-crm.wasm"));
    /// A provider plug.
    pub const PROVIDER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-provider.wasm"));
    /// A telephony plug.
    pub const TELEPHONY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-careless-telephony.wasm"));
}
