//! A bridge between a CRM and conferencing and telephony systems, with its logic in sandboxed WebAssembly plugs.
//!
//! Services embed this crate. It must not depend on a command-line parser, a log subscriber, the conformance tests or
//! an emulator, and it must not contain knowledge of a vendor: that belongs in plugs.
//!
//! [`Bridge`] assembles the parts and is the API for embedding. The two request flows are in [`flow`].

mod assemble;
mod background;
mod bridge;

pub use bridge::{Bridge, Options, StartError, check};
pub use cordboard_bridge::{app_settings, clock, counters, events, flow, lifecycle, random, registry, topology};
pub use cordboard_config as config;
pub use cordboard_config::Config;
pub use cordboard_core::{AccountId, AppId, UserId};
pub use cordboard_egress as egress;
pub use cordboard_runtime::contract;
pub use cordboard_server::{admin, ingress};
pub use cordboard_vault as vault;

/// Durable state: the trait of stores with its records, and the store in SQLite.
pub mod store {
    pub use cordboard_sqlite as sqlite;
    pub use cordboard_store::*;
}

/// Serves a router within limits on connections, heads and time.
pub mod server {
    pub use cordboard_server::{Connections, PeerLimit, ServeLimits, descriptors, serve};
}

/// Plugs: the built-in ones, files by digest, loading and calling.
pub mod plug {
    pub use cordboard_builtin as builtin;
    pub use cordboard_core::rules;
    pub use cordboard_library as library;
    pub use cordboard_library::{Library, LibraryOptions, SelfTest};
    pub use cordboard_runtime::{
        CallError, Class, ClassOptions, Engine, EngineError, Inspection, LoadError, Options, Plug, Role,
        SettingsResult, inspect, quote,
    };
}
