//! `cordboard plug inspect`

use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::terminal::{plain_lines, print, print_json};
use cordboard::plug::{Inspection, inspect};

use super::{file, inspection_json, inspection_text};

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
    /// Print JSON instead of text.
    #[arg(long, conflicts_with = "wit")]
    json: bool,
    /// Print the plug's world as WIT, with the packages it refers to.
    #[arg(long)]
    wit: bool,
}

pub(super) fn run(args: &Inspect) -> Result<ExitCode, CliError> {
    let inspection = look(&args.plug)?;
    if args.json {
        return print_json(&inspection_json::inspection(&inspection));
    }
    print(&if args.wit { plain_lines(&inspection.world) } else { inspection_text::inspection(&inspection) })
}

/// Inspects a plug by name or file.
pub(super) fn look(plug: &str) -> Result<Inspection, CliError> {
    let (engine, file) = file::open(plug)?;
    inspect(&engine, &file).map_err(|error| file::error(plug, error))
}
