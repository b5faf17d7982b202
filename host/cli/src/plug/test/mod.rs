//! `cordboard plug test`: runs the conformance checks on a plug and tells its author what to fix.

mod json;
mod show;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::terminal::{has_colour, plain, print, print_json};
use crate::{CliError, files, shell};
use cordboard::plug::Plug;
use cordboard_conformance::{Report, Samples, Setup, TestRun, checks_of};

use super::file;

/// Generous, since samples are written by hand.
const MAX_SAMPLE_BYTES: u64 = 4 << 20;

/// Test a plug against its contract and suggest fixes.
#[derive(Debug, Args)]
#[command(after_help = "\
Samples are a JSON file with typical responses of the provider's API, with which
the plug creates conferences, and typical webhooks, which it turns into events:

  {
    \"answers\": [
      { \"to\": \"POST /rooms\", \"status\": 201,
        \"body\": { \"id\": \"7\", \"link\": \"https://rooms.example.org/7\" } },
      { \"to\": \"DELETE /rooms/7\", \"status\": 204 }
    ],
    \"webhooks\": [
      { \"route\": \"events\", \"body\": { \"what\": \"opened\", \"room\": \"7\" } }
    ]
  }

Without samples, checks that need them are skipped. Secrets need no values,
because a plug never sees one. Each template in guest/templates comes with a
samples.json.

Exit status: 0 if every check passed or was skipped, 1 if one failed.

Examples:
  cordboard plug test jitsi
  cordboard plug test ./desk.wasm --set address=https://rooms.example.org \\
      --samples samples.json
  cordboard plug test phonebook --set 7='+18001231234 ext 1 Front desk' --json")]
pub struct Test {
    /// Path to a .wasm file, or name of a built-in plug.
    #[arg(value_name = "FILE|NAME")]
    plug: String,
    /// Set a setting that is not secret; can be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = shell::assignment)]
    set: Vec<(String, String)>,
    /// JSON file with typical responses and webhooks of the provider; see below.
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Test) -> Result<ExitCode, CliError> {
    let samples = args.samples.as_deref().map(samples).transpose()?.unwrap_or_default();
    let (engine, file) = file::open(&args.plug)?;
    tell("compiling…");
    let plug = engine.load(&file).map_err(|error| file::error(&args.plug, error));
    tell("");
    let plug = plug?;
    let setup = Setup::new(plug.description(), args.set.clone(), samples)
        .map_err(|error| file::error(&args.plug, format!("{}: use --set KEY=VALUE", plain(&error.to_string()))))?;
    let report = hold(&plug, &setup, args.json)?;
    if args.json {
        print_json(&json::report(&plug, &report))?;
    } else {
        print(&show::sum(&report))?;
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the checks in order, and prints the finding of each as soon as it is done.
fn hold(plug: &Plug, setup: &Setup, quiet: bool) -> Result<Report, CliError> {
    let colour = has_colour();
    if !quiet {
        print(&show::head(plug))?;
    }
    let test_run = TestRun::new(plug, setup);
    let mut report = Report::default();
    for check in checks_of(plug.role()) {
        tell(&format!("{}…", check.name));
        let finding = check.run(&test_run);
        tell("");
        if !quiet {
            print(&show::finding(&finding, colour))?;
        }
        report.findings.push(finding);
    }
    Ok(report)
}

fn samples(path: &Path) -> Result<Samples, CliError> {
    let shown = plain(&path.display().to_string());
    let bytes = files::read(path, MAX_SAMPLE_BYTES);
    let text = bytes
        .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
        .map_err(|error| CliError::new(format!("{shown}: cannot read the samples ({error}): correct the path")))?;
    Samples::parse(&text).map_err(|why| CliError::new(format!("{shown}: {}", plain(&why))))
}

/// Shows progress on a line that the next text replaces, only on a terminal.
fn tell(what: &str) {
    if io::stderr().is_terminal() {
        eprint!("\r\u{1b}[K{what}");
    }
}
