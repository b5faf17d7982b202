//! Builds guest crates into components, from a build script or for `spin build`.
//!
//! It must not depend on any other crate of this workspace, because their build scripts use it.
//!
//! Plugs are compiled for `wasm32-unknown-unknown`, a target without any system interface, and encoded by
//! wit-component. Gateways are compiled for `wasm32-wasip2`, whose linker produces components. Neither requires an
//! installed tool. All profiles of the workspace share one target directory for guests, so each plug is compiled once
//! and is the same file everywhere.

mod compile;
mod error;
mod spin;
mod target;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use compile::Kind;

pub use error::Error;
pub use spin::spin;

/// Packages of the plugs built into the host.
pub const PLUGS: [&str; 6] = [
    "cordboard-directory",
    "cordboard-hubspot",
    "cordboard-iotum",
    "cordboard-jitsi",
    "cordboard-phonebook",
    "cordboard-veeting",
];

/// Entry point for build scripts. Builds packages of the workspace of the calling package. Reruns only if one of
/// `sources`, relative to the workspace's root, changes.
pub fn run(packages: &[&str], sources: &[&str]) -> ExitCode {
    match components(packages, sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes each package as the component `<package>.wasm` into the build script's `OUT_DIR`.
fn components(packages: &[&str], sources: &[&str]) -> Result<(), Error> {
    let root = workspace_root(Path::new(&variable("CARGO_MANIFEST_DIR")?))?.to_owned();
    let out = PathBuf::from(variable("OUT_DIR")?);
    for source in sources.iter().chain(&["Cargo.toml", "Cargo.lock"]) {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    for (package, component) in compile::components(&root, &shared_folder(&out), Kind::Plug, packages)? {
        write(&out.join(format!("{package}.wasm")), &component)?;
    }
    Ok(())
}

/// Returns the closest parent directory of a package that has a `Cargo.lock`.
fn workspace_root(package: &Path) -> Result<&Path, Error> {
    let root = package.ancestors().skip(1).find(|folder| folder.join("Cargo.lock").is_file());
    root.ok_or_else(|| Error(format!("{} is not in a workspace with a Cargo.lock", package.display())))
}

fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| Error(format!("{name} is not set: call this function from a build script")))
}

fn write(file: &Path, component: &[u8]) -> Result<(), Error> {
    fs::write(file, component).map_err(|error| Error(format!("cannot write {}: {error}", file.display())))
}

/// Returns `…/target/plugs`, derived from `…/target/<profile>/build/<package>/out`.
fn shared_folder(out: &Path) -> PathBuf {
    let build = out.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "build"));
    let target = build.and_then(|folder| folder.parent()?.parent()).unwrap_or(out);
    target.join("plugs")
}
