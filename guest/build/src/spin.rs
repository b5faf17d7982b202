//! Builds the components that `spin.toml` refers to.

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

/// Builds plugs and gateways of the workspace at `root` into `target/spin`: `hubspot.wasm`, `front.wasm`… Returns the
/// files and their sizes in bytes.
///
/// # Errors
/// If a target is missing and cannot be added, or a package fails to compile.
pub fn spin(root: &Path) -> Result<Vec<(PathBuf, usize)>, Error> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let shared = target.join("plugs");
    // spin.toml refers to this directory, even if CARGO_TARGET_DIR is set.
    let out = root.join("target/spin");
    fs::create_dir_all(&out).map_err(|error| Error(format!("cannot create {}: {error}", out.display())))?;
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
