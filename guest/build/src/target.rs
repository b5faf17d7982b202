//! Targets that guests are compiled for.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Error;

/// Adds a target with rustup, unless it is there.
pub fn ensure(target: &str) -> Result<(), Error> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let libraries = Command::new(&rustc).args(["--print", "target-libdir", "--target", target]).output();
    let there = libraries.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    });
    if there {
        return Ok(());
    }
    println!("cargo::warning=guests are WebAssembly: adding the target {target} with rustup");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target]);
    if let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") {
        rustup.args(["--toolchain", &toolchain]);
    }
    match rustup.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Error(format!(
            "guests need the target {target}, and rustup could not add it ({}). When the network is back, type: \
             rustup target add {target}",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no reason given").trim()
        ))),
        Err(_) => Err(Error(format!(
            "guests need the target {target}, and there is no rustup to add it. With rustup, type: rustup target add \
             {target}; without, install your distribution's rust-std for {target} (Debian: apt install \
             libstd-rust-dev-wasm32)"
        ))),
    }
}
