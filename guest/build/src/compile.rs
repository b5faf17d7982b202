//! Compiles packages into components.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wit_component::ComponentEncoder;

use crate::{Error, target};

const PROFILE: &str = "plug";
/// Stack size of a plug. Small, because an instance's memory is zeroed after each call.
const STACK_BYTES: u32 = 64 * 1024;

/// What a guest may import.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Nothing.
    Plug,
    /// Spin's interfaces.
    Gateway,
}

impl Kind {
    fn target(self) -> &'static str {
        match self {
            Self::Plug => "wasm32-unknown-unknown",
            Self::Gateway => "wasm32-wasip2",
        }
    }

    /// Compiler flags. Remaps CARGO_HOME, which panic messages contain, so that a plug has the same digest wherever it
    /// is built.
    fn flags(self) -> Vec<String> {
        let mut flags = Vec::new();
        if let Self::Plug = self {
            flags.push(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
        }
        let home = env::var("CARGO_HOME").map(PathBuf::from).ok();
        if let Some(home) = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))) {
            flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
        }
        flags
    }
}

/// Compiles packages of the workspace at `root` in a target directory shared by all builds. Returns each package with
/// its component.
pub fn components<'a>(
    root: &Path,
    folder: &Path,
    kind: Kind,
    packages: &[&'a str],
) -> Result<Vec<(&'a str, Vec<u8>)>, Error> {
    target::ensure(kind.target())?;
    compile(root, folder, kind, packages)?;
    let built = folder.join(kind.target()).join(PROFILE);
    let component = |package: &&'a str| {
        let file = built.join(format!("{}.wasm", package.replace('-', "_")));
        let bytes = fs::read(&file).map_err(|error| Error(format!("cannot read {}: {error}", file.display())))?;
        let component = match kind {
            Kind::Plug => encode(&file, &bytes)?,
            Kind::Gateway => bytes,
        };
        Ok((*package, component))
    };
    packages.iter().map(component).collect()
}

fn compile(root: &Path, folder: &Path, kind: Kind, packages: &[&str]) -> Result<(), Error> {
    let program = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut cargo = Command::new(program);
    cargo.current_dir(root).args(["build", "--lib", "--target", kind.target(), "--profile", PROFILE, "--target-dir"]);
    cargo.arg(folder);
    for package in packages {
        cargo.args(["--package", package]);
    }
    // Settings of the outer build (lints, coverage, another linker) must not apply to guests.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_FEATURE_") || name.ends_with("_WRAPPER") {
            cargo.env_remove(&*name);
        }
    }
    for name in
        ["RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS", "CARGO_MAKEFLAGS", "MAKEFLAGS"]
    {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", kind.flags().join("\u{1f}"));
    let output = cargo.output().map_err(|error| Error(format!("cannot run cargo: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error(format!("guests failed to compile:\n{}", String::from_utf8_lossy(&output.stderr))))
}

fn encode(module: &Path, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ComponentEncoder::default()
        .validate(true)
        .module(bytes)
        .map_err(|error| Error(format!("{} does not implement a contract: {error:#}", module.display())))?;
    encoder.encode().map_err(|error| Error(format!("cannot encode {} as a component: {error:#}", module.display())))
}
