//! Installs compilation targets.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Error;

/// Adds a target with rustup if it is missing.
pub fn ensure(target: &str) -> Result<(), Error> {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let libraries = Command::new(&rustc).args(["--print", "target-libdir", "--target", target]).output();
    let there = libraries.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    });
    if there {
        return Ok(());
    }
    println!("cargo::warning=adding the WebAssembly target {target} with rustup");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target]);
    if let Ok(toolchain) = env::var("RUSTUP_TOOLCHAIN") {
        rustup.args(["--toolchain", &toolchain]);
    }
    match rustup.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(Error(format!(
            "guests need the target {target}, but rustup could not add it ({}): check the network and run `rustup \
             target add {target}`",
            String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no reason given").trim()
        ))),
        Err(_) => Err(Error(format!(
            "guests need the target {target}, and rustup is not installed: install it and run `rustup target add \
             {target}`, or install your distribution's rust-std for {target} (on Debian, libstd-rust-dev-wasm32)"
        ))),
    }
}
