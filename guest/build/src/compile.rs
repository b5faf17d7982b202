//! From packages to components.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wit_component::ComponentEncoder;

use crate::{Error, target};

const PROFILE: &str = "plug";
/// A plug's whole stack. Small, because an instance's memory is wiped after each call.
const STACK_BYTES: u32 = 64 * 1024;

/// What a guest may know of the outside.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Nothing.
    Plug,
    /// What Spin offers.
    Gateway,
}

impl Kind {
    fn target(self) -> &'static str {
        match self {
            Self::Plug => "wasm32-unknown-unknown",
            Self::Gateway => "wasm32-wasip2",
        }
    }

    /// Flags for the compiler. Panic messages name files: without their folder, a plug has the same digest whoever
    /// builds it.
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

/// Compiles packages of the workspace at `root`, in the folder that all builds share; each with its component.
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
    // What the outer build wants of its own crates (lints, coverage, another linker) is not meant for guests.
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
    Err(Error(format!("guests do not compile:\n{}", String::from_utf8_lossy(&output.stderr))))
}

fn encode(module: &Path, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ComponentEncoder::default();
    encoder
        .validate(true)
        .module(bytes)
        .map_err(|error| Error(format!("{} holds no contract: {error:#}", module.display())))?;
    encoder.encode().map_err(|error| Error(format!("{} is not a component: {error:#}", module.display())))
}
