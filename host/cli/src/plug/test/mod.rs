//! `cordboard plug test`: loads a plug, tries it in every way that its contract knows, and tells its author what to fix.

mod json;
mod show;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::terminal::{plain, print, print_json};
use cordboard::plug::Plug;
use cordboard_conformance::{Report, Samples, Setup, TestRun, checks_of};

use super::file;
use show::Colour;

/// Samples are written by hand.
const MAX_SAMPLE_BYTES: u64 = 4 << 20;

/// Tries a plug against all that its contract asks, and tells what to fix.
///
/// Nothing is sent: the plug's requests are answered here, as its provider would by the samples, and as nobody should.
/// So a plug can be tried before there is a provider, and nothing can be left behind at one.
#[derive(Debug, Args)]
#[command(after_help = "\
Samples are a JSON file with what your provider says when all is well. The
answers of its API let conferences come about, and its webhooks let events:

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

Without them the plug is tried all the same, and what could not be looked at is
told. Secrets need no value: a plug never sees one. Each template of a plug has
a samples.json beside it (guest/templates).

Exit codes: 0 every check passed or did not apply, 1 one failed.

Examples:
  cordboard plug test jitsi
  cordboard plug test ./desk.wasm --set address=https://rooms.example.org \\
      --samples samples.json
  cordboard plug test phonebook --set 7='+18001231234 ext 1 Front desk' --json")]
pub struct Test {
    /// The .wasm file of a plug, or the name of a built-in one.
    #[arg(value_name = "FILE|NAME")]
    plug: String,
    /// Gives an open setting a value; may be given several times.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// What the plug's provider says when all is well; see below.
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

pub(super) fn run(args: &Test) -> Result<ExitCode, CliError> {
    let samples = args.samples.as_deref().map(samples).transpose()?.unwrap_or_default();
    let (engine, file) = file::open(&args.plug)?;
    let progress = Progress::new();
    progress.tell("compiling the plug…");
    let plug = engine.load(&file).map_err(|error| file::error(&args.plug, error));
    progress.clear();
    let plug = plug?;
    let setup = Setup::new(plug.description(), args.set.clone(), samples)
        .map_err(|error| file::error(&args.plug, format!("{}: use --set KEY=VALUE", plain(&error.to_string()))))?;
    let report = hold(&plug, &setup, args.json, &progress)?;
    if args.json {
        print_json(&json::report(&plug, &report))?;
    } else {
        print(&show::sum(&report))?;
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs check after check; what each finds is shown at once.
fn hold(plug: &Plug, setup: &Setup, quiet: bool, progress: &Progress) -> Result<Report, CliError> {
    let colour = Colour::of_stdout();
    if !quiet {
        print(&show::head(plug))?;
    }
    let test_run = TestRun::new(plug, setup);
    let mut report = Report::default();
    for check in checks_of(plug.role()) {
        progress.tell(&format!("{}…", check.name));
        let finding = check.run(&test_run);
        progress.clear();
        if !quiet {
            print(&show::finding(&finding, colour))?;
        }
        report.findings.push(finding);
    }
    Ok(report)
}

fn samples(path: &Path) -> Result<Samples, CliError> {
    let shown = plain(&path.display().to_string());
    let read = || {
        let size = fs::metadata(path)?.len();
        if size > MAX_SAMPLE_BYTES {
            return Err(io::Error::other(format!("it has more than {MAX_SAMPLE_BYTES} bytes")));
        }
        fs::read_to_string(path)
    };
    let text =
        read().map_err(|error| CliError(format!("{shown}: the samples cannot be read ({error}): correct the path")))?;
    Samples::parse(&text).map_err(|why| CliError(format!("{shown}: {}", plain(&why))))
}

/// What is under way, on a line that goes again; on terminals only.
struct Progress(bool);

impl Progress {
    fn new() -> Self {
        Self(io::stderr().is_terminal())
    }

    fn tell(&self, what: &str) {
        if self.0 {
            eprint!("\r\u{1b}[K{what}");
        }
    }

    fn clear(&self) {
        if self.0 {
            eprint!("\r\u{1b}[K");
        }
    }
}
