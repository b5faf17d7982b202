//! `cordboard plug inspect`

use std::fs::File;
use std::io::Read;
use std::process::ExitCode;

use clap::Args;

use crate::cli::CliError;
use crate::cli::terminal::{plain, print, print_json};
use crate::config::nearest;
use crate::plug::{Engine, Inspection, Options, builtin, inspect};

use super::{json, text};

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
        return print_json(&json::inspection(&inspection));
    }
    if args.wit {
        print(&inspection.world.lines().map(|line| plain(line) + "\n").collect::<String>())?;
    } else {
        print(&text::inspection(&inspection))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// All that is known of a plug.
pub(super) fn look(plug: &str) -> Result<Inspection, CliError> {
    let mut options = Options::default();
    // One call, for its description.
    (options.lean.slots, options.roomy.slots) = (1, 1);
    let most_bytes = options.most_file_bytes as u64;
    let shown = plain(&plug.chars().take(200).collect::<String>());
    let file = match builtin::find(plug) {
        Some(file) => file.to_vec(),
        None => read(plug, most_bytes).map_err(|why| CliError(format!("{shown}: {why}")))?,
    };
    let engine = Engine::new(&options).map_err(|error| CliError(error.to_string()))?;
    inspect(&engine, &file).map_err(|error| CliError(format!("{shown}: {error}")))
}

/// The bytes of a file, or a sentence without its path.
fn read(path: &str, most_bytes: u64) -> Result<Vec<u8>, String> {
    let file = match std::fs::metadata(path) {
        // Opening a pipe would wait for somebody to write into it.
        Ok(kind) if !kind.is_file() => return Err("this is not a file: name one".to_owned()),
        Ok(_) => File::open(path),
        Err(error) => Err(error),
    };
    let mut bytes = Vec::new();
    file.and_then(|file| file.take(most_bytes + 1).read_to_end(&mut bytes)).map_err(|error| missing(path, &error))?;
    if bytes.len() as u64 > most_bytes {
        return Err(format!(
            "the file has more than {most_bytes} bytes, the most that a plug may have: build it for size"
        ));
    }
    Ok(bytes)
}

fn missing(path: &str, error: &std::io::Error) -> String {
    let names = || builtin::ALL.iter().map(|plug| plug.name);
    match nearest(path, names()) {
        Some(meant) => format!("there is no such plug or file: did you mean `{meant}`?"),
        None => format!(
            "no built-in plug has this name, and no file can be read there ({error}): take one of {}, or correct the path",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}
