//! Builds guest crates into components, from a build script.
//!
//! `cargo` compiles them for `wasm32-unknown-unknown`, a target without any interface to the outside, and wit-component
//! encodes what comes out: no tool need be installed. All profiles of the workspace share one folder of built plugs,
//! so a plug is compiled once.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wit_component::ComponentEncoder;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "plug";
/// A plug's whole stack. Small, because an instance's memory is wiped after each call.
const STACK_BYTES: u32 = 64 * 1024;

/// Why plugs could not be built, as a sentence that names the mend.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Builds the packages of the workspace at `root` and writes each as `<package>.wasm`, a component, into the build
/// script's `OUT_DIR`. Tells cargo to come back only when one of `sources`, relative to `root`, has changed.
///
/// # Errors
/// Where the target is missing and cannot be added, or a package does not compile or is not a component.
pub fn components(root: &Path, packages: &[&str], sources: &[&str]) -> Result<PathBuf, Error> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    for source in sources.iter().chain(&["Cargo.toml", "Cargo.lock"]) {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    ensure_target()?;
    let built = compile(root, packages, &shared_folder(&out))?;
    for package in packages {
        let module = built.join(format!("{}.wasm", package.replace('-', "_")));
        let component = encode(&module)?;
        let file = out.join(format!("{package}.wasm"));
        fs::write(&file, component).map_err(|error| Error(format!("cannot write {}: {error}", file.display())))?;
    }
    Ok(out)
}

fn variable(name: &str) -> Result<String, Error> {
    env::var(name).map_err(|_| Error(format!("{name} is not set: call this from a build script")))
}

/// `…/target/plugs`, found from `…/target/<profile>/build/<package>/out`.
fn shared_folder(out: &Path) -> PathBuf {
    let build = out.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "build"));
    let target = build.and_then(|folder| folder.parent()?.parent()).unwrap_or(out);
    target.join("plugs")
}

fn ensure_target() -> Result<(), Error> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let libraries = Command::new(&rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    let there = libraries.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    });
    if there {
        return Ok(());
    }
    println!("cargo::warning=plugs are WebAssembly: adding the target {TARGET} with rustup");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    if let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") {
        rustup.args(["--toolchain", &toolchain]);
    }
    match rustup.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Error(format!(
            "plugs need the target {TARGET}, and rustup could not add it ({}). When the network is back, type: \
             rustup target add {TARGET}",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no reason given").trim()
        ))),
        Err(_) => Err(Error(format!(
            "plugs need the target {TARGET}, and there is no rustup to add it. With rustup, type: rustup target add \
             {TARGET}; without, install your distribution's rust-std for {TARGET} (Debian: apt install \
             libstd-rust-dev-wasm32)"
        ))),
    }
}

fn compile(root: &Path, packages: &[&str], folder: &Path) -> Result<PathBuf, Error> {
    let mut cargo = Command::new(variable("CARGO")?);
    cargo.current_dir(root).args(["build", "--lib", "--target", TARGET, "--profile", PROFILE, "--target-dir"]);
    cargo.arg(folder);
    for package in packages {
        cargo.args(["--package", package]);
    }
    // What the outer build wants of its own crates (lints, coverage, another linker) is not meant for plugs.
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
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags().join("\u{1f}"));
    let output = cargo.output().map_err(|error| Error(format!("cannot run cargo: {error}")))?;
    if !output.status.success() {
        return Err(Error(format!("plugs do not compile:\n{}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(folder.join(TARGET).join(PROFILE))
}

/// Flags for the compiler. Panic messages name files: without their folder, a plug has the same digest whoever builds it.
fn flags() -> Vec<String> {
    let mut flags = vec![format!("-Clink-arg=-zstack-size={STACK_BYTES}")];
    let home = env::var("CARGO_HOME").map(PathBuf::from).ok();
    if let Some(home) = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))) {
        flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
    }
    flags
}

fn encode(module: &Path) -> Result<Vec<u8>, Error> {
    let bytes = fs::read(module).map_err(|error| Error(format!("cannot read {}: {error}", module.display())))?;
    let mut encoder = ComponentEncoder::default();
    encoder
        .validate(true)
        .module(&bytes)
        .map_err(|error| Error(format!("{} holds no contract: {error:#}", module.display())))?;
    encoder.encode().map_err(|error| Error(format!("{} is not a component: {error:#}", module.display())))
}
