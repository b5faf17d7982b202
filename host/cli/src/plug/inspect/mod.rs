//! `cordboard plug inspect`

mod json;
mod text;

use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::terminal::{Output, plain_lines};
use cordboard::plug::{Inspection, inspect};

use super::file;

#[derive(Debug, Args)]
#[command(after_help = "\
Compiles the plug, checks it against its contract and reads its description.
None of its operations runs.

Exit status: 0 if this host can use the plug, 1 if not.

Examples:
  cordboard plug inspect jitsi
  cordboard plug inspect ./plugs/webinars.wasm --json
  cordboard plug inspect jitsi --wit")]
pub struct Inspect {
    /// Name of a built-in plug, or path to a .wasm file.
    #[arg(value_name = "FILE|NAME")]
    plug: String,
    #[command(flatten)]
    output: Output,
    /// Print the plug's world as WIT, with the packages it refers to.
    #[arg(long, conflicts_with = "json")]
    wit: bool,
}

pub(super) fn run(args: &Inspect) -> Result<ExitCode, CliError> {
    let inspection = read(&args.plug)?;
    args.output.print(
        || json::inspection(&inspection),
        || if args.wit { plain_lines(&inspection.world) } else { text::inspection(&inspection) },
    )
}

/// Inspects a plug by name or file.
fn read(plug: &str) -> Result<Inspection, CliError> {
    let (engine, file) = file::open(plug)?;
    inspect(&engine, &file).map_err(|error| file::error(plug, error))
}
