//! `cordboard plug push`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::terminal::{plain, progress, wrapped};
use crate::{CliError, files};
use cordboard::plug::inspect;

use super::client::Admin;
use super::file;
use super::json::member;
use super::plug_ref::short;

#[derive(Debug, Args)]
#[command(after_help = "\
The bridge compiles, checks and stores the plug, but does not use it until
`cordboard plug activate`.

Examples:
  cordboard plug push ./plugs/webinars.wasm
  cordboard plug push ./plugs/webinars.wasm --name webinars --version 1.2.0")]
pub struct Push {
    /// Path to the plug's .wasm file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Fail before uploading if the plug has another name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Fail before uploading if the plug has another version.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Push) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let engine = file::engine()?;
    let file = files::read(&args.file, engine.max_file_bytes() as u64).map_err(|error| {
        let path = plain(&args.file.to_string_lossy());
        CliError::new(format!("cannot read {path} ({error}): correct the path, or push another file"))
    })?;
    if args.name.is_some() || args.version.is_some() {
        let path = args.file.to_string_lossy();
        let described = inspect(&engine, &file).map_err(|error| file::error(&path, error))?.description;
        require("--name", args.name.as_deref(), &described.name)?;
        require("--version", args.version.as_deref(), &described.version)?;
    }
    progress(&format!("pushing {} bytes…", file.len()));
    let pushed = client.push(file).await;
    progress("");
    args.admin.print(&pushed?, text)
}

/// Compares an option with the plug's own description.
fn require(option: &str, expected: Option<&str>, described: &str) -> Result<(), CliError> {
    match expected {
        Some(expected) if expected != described => Err(CliError::new(format!(
            "the plug says `{}`, but {option} says `{}`: push another file, or correct {option}",
            plain(described),
            plain(expected)
        ))),
        _ => Ok(()),
    }
}

fn text(pushed: &Value) -> String {
    let [name, version, role, digest] = ["name", "version", "role", "digest"].map(|name| plain(member(pushed, name)));
    let head = wrapped(&format!("Pushed {name} {version}, a {role} plug:"), 0);
    let next = format!("  cordboard plug activate {} --account A --connection C", short(&digest));
    let try_first = "Add --canary 10% to serve only a share of the conferences first, or --shadow to only compare.";
    format!("{head}{digest}\n\nNext:\n{next}\n{}", wrapped(try_first, 0))
}
