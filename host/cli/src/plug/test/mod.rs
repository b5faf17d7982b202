//! `cordboard plug test`: runs the conformance checks on a plug and tells its author what to fix.

mod show;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::terminal::{Output, exit_code, has_color, plain, print, progress};
use crate::{CliError, files, shell};
use cordboard::plug::Plug;
use cordboard_conformance::{Finding, Report, Samples, Setup, TestRun, Verdict, checks_of};

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
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Test) -> Result<ExitCode, CliError> {
    let samples = args.samples.as_deref().map(samples).transpose()?.unwrap_or_default();
    let (engine, file) = file::open(&args.plug)?;
    progress("compiling…");
    let plug = engine.load(&file).map_err(|error| file::error(&args.plug, error));
    progress("");
    let plug = plug?;
    let setup = Setup::new(plug.description(), args.set.clone(), samples)
        .map_err(|error| file::error(&args.plug, format!("{}: use --set KEY=VALUE", plain(&error.to_string()))))?;
    let report = check(&plug, &setup, args.output.json)?;
    args.output.print(|| json(&plug, &report), || show::summary(&report))?;
    Ok(exit_code(report.passed()))
}

/// Runs the checks in order, and prints the finding of each as soon as it is done.
fn check(plug: &Plug, setup: &Setup, is_quiet: bool) -> Result<Report, CliError> {
    let color = has_color();
    if !is_quiet {
        print(&show::head(plug))?;
    }
    let test_run = TestRun::new(plug, setup);
    let mut report = Report::default();
    for check in checks_of(plug.role()) {
        progress(&format!("{}…", check.name));
        let finding = check.run(&test_run);
        progress("");
        if !is_quiet {
            print(&show::finding(&finding, color))?;
        }
        report.findings.push(finding);
    }
    Ok(report)
}

/// Formats the plug and the verdict of each check as JSON.
fn json(plug: &Plug, report: &Report) -> Value {
    let finding = |finding: &Finding| {
        let (verdict, messages) = match &finding.verdict {
            Verdict::Passed => ("passed", Vec::new()),
            Verdict::Failed(faults) => ("failed", faults.clone()),
            Verdict::NotApplicable(why) => ("not-applicable", vec![why.clone()]),
        };
        json!({
            "name": finding.check,
            "requirement": finding.requirement,
            "verdict": verdict,
            "messages": messages,
            "hint": finding.hint,
        })
    };
    let description = plug.description();
    json!({
        "name": description.name,
        "version": description.version,
        "digest": plug.digest(),
        "role": plug.role().to_string(),
        "passed": report.passed(),
        "checks": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn samples(path: &Path) -> Result<Samples, CliError> {
    let shown = plain(&path.display().to_string());
    let bytes = files::read(path, MAX_SAMPLE_BYTES);
    let text = bytes
        .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
        .map_err(|error| CliError::new(format!("{shown}: cannot read the samples ({error}): correct the path")))?;
    Samples::parse(&text).map_err(|why| CliError::new(format!("{shown}: {}", plain(&why))))
}
