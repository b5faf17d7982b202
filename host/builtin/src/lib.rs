//! The plugs that are built into the host. This crate must not depend on any crate of the workspace but
//! `cordboard-core-host`, so that code can read a plug's bytes without being able to run it.

use cordboard_core::{Role, hex};
use sha2::{Digest, Sha256};

/// The version of all built-in plugs, which is the host's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A plug that is built into the host.
#[derive(Clone, Copy)]
pub struct BuiltIn {
    /// The plug's name, as in `plug = "jitsi"`.
    pub name: &'static str,
    /// The contract that it implements.
    pub role: Role,
    /// The component's bytes.
    pub file: &'static [u8],
}

impl BuiltIn {
    /// The component's digest, as `sha256:…`.
    pub fn digest(&self) -> String {
        format!("sha256:{}", hex(&Sha256::digest(self.file)))
    }
}

macro_rules! built_in {
    ($($name:literal: $role:ident),* $(,)?) => {
        [$(BuiltIn {
            name: $name,
            role: Role::$role,
            file: include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-", $name, ".wasm")),
        }),*]
    };
}

/// All built-in plugs. `PLUGS` in `guest/build` has the same list.
pub static ALL: [BuiltIn; 6] = built_in![
    "directory": Telephony,
    "hubspot": Crm,
    "iotum": Provider,
    "jitsi": Provider,
    "phonebook": Telephony,
    "veeting": Provider,
];

/// The component of the built-in plug with this name.
pub fn find(name: &str) -> Option<&'static [u8]> {
    ALL.iter().find(|plug| plug.name == name).map(|plug| plug.file)
}
