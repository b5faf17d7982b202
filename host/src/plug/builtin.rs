//! The plugs that are part of the host.

/// A plug that is part of the host.
#[derive(Clone, Copy)]
pub struct BuiltIn {
    /// As in `plug = "jitsi"`.
    pub name: &'static str,
    /// The component.
    pub file: &'static [u8],
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(BuiltIn {
            name: $name,
            file: include_bytes!(concat!(env!("OUT_DIR"), "/cordboard-", $name, ".wasm")),
        }),*]
    };
}

/// All of them. The build script builds the same.
pub static ALL: [BuiltIn; 6] = built_in!["directory", "hubspot", "iotum", "jitsi", "phonebook", "veeting"];

/// The component of the built-in plug of this name.
pub fn find(name: &str) -> Option<&'static [u8]> {
    ALL.iter().find(|plug| plug.name == name).map(|plug| plug.file)
}
