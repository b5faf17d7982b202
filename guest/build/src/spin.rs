//! What `spin.toml` names.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::compile::{self, Kind};
use crate::{Error, PLUGS, write};

const GATEWAYS: [&str; 4] = [
    "cordboard-gateway-conferencing",
    "cordboard-gateway-front",
    "cordboard-gateway-query",
    "cordboard-gateway-telephony",
];

/// Builds plugs and gateways of the workspace at `root`, and writes each into `target/spin`: `hubspot.wasm`,
/// `front.wasm`… Each file with its size in bytes.
///
/// # Errors
/// Where a target is missing and cannot be added, or a package does not compile.
pub fn spin(root: &Path) -> Result<Vec<(PathBuf, usize)>, Error> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let shared = target.join("plugs");
    // Spin finds files beside spin.toml, wherever cargo has its own.
    let out = root.join("target/spin");
    fs::create_dir_all(&out).map_err(|error| Error(format!("cannot make {}: {error}", out.display())))?;
    let plugs = compile::components(root, &shared, Kind::Plug, &PLUGS)?;
    let gateways = compile::components(root, &shared, Kind::Gateway, &GATEWAYS)?;
    let mut written = Vec::new();
    for (package, component) in plugs.into_iter().chain(gateways) {
        let name = package.trim_start_matches("cordboard-").trim_start_matches("gateway-");
        let file = out.join(format!("{name}.wasm"));
        write(&file, &component)?;
        written.push((file, component.len()));
    }
    Ok(written)
}
