//! `cordboard plug inspect`

use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::terminal::{plain, print, print_json};
use cordboard::plug::{Inspection, inspect};

use super::{file, inspection_json, inspection_text};

#[derive(Debug, Args)]
#[command(after_help = "\
The plug is compiled, held against its contract and asked for its description;
none of its operations is run. Exit codes: 0 this host can use it, 1 it cannot.

Examples:
  cordboard plug inspect jitsi
  cordboard plug inspect ./plugs/webinars.wasm --json
  cordboard plug inspect jitsi --wit")]
pub struct Inspect {
    /// The name of a built-in plug, or the .wasm file of one.
    #[arg(value_name = "FILE|NAME")]
    plug: String,
    /// Prints one JSON object.
    #[arg(long, conflicts_with = "wit")]
    json: bool,
    /// Prints its world as WIT, with the packages that it names.
    #[arg(long)]
    wit: bool,
}

pub(super) fn run(args: &Inspect) -> Result<ExitCode, CliError> {
    let inspection = look(&args.plug)?;
    if args.json {
        return print_json(&inspection_json::inspection(&inspection));
    }
    if args.wit {
        print(&inspection.world.lines().map(|line| plain(line) + "\n").collect::<String>())?;
    } else {
        print(&inspection_text::inspection(&inspection))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// All that is known of a plug.
pub(super) fn look(plug: &str) -> Result<Inspection, CliError> {
    let (engine, file) = file::open(plug)?;
    inspect(&engine, &file).map_err(|error| file::error(plug, error))
}
