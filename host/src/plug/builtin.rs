//! The plugs that are part of the host.

use super::Role;
use super::load;

/// The version of all of them: they come with the host.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A plug that is part of the host.
#[derive(Clone, Copy)]
pub struct BuiltIn {
    /// As in `plug = "jitsi"`.
    pub name: &'static str,
    /// Which contract it implements.
    pub role: Role,
    /// The component.
    pub file: &'static [u8],
}

impl BuiltIn {
    /// `sha256:` and the digest of its file.
    pub fn digest(&self) -> String {
        load::digest(self.file)
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

/// All of them. The build script builds the same.
pub static ALL: [BuiltIn; 6] = built_in![
    "directory": Telephony,
    "hubspot": Crm,
    "iotum": Provider,
    "jitsi": Provider,
    "phonebook": Telephony,
    "veeting": Provider,
];

/// The component of the built-in plug of this name.
pub fn find(name: &str) -> Option<&'static [u8]> {
    ALL.iter().find(|plug| plug.name == name).map(|plug| plug.file)
}
