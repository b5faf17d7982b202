//! `cordboard doctor`: runs the checks of `cordboard-doctor` and prints their findings.

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use cordboard_doctor::{Doctor, Finding, Verdict};

use super::terminal::{Output, colored, exit_code, has_color, plain, wrapped};
use super::{CliError, ConfigFile, compile_plug, shell};

/// Width of the verdict column.
const WORD: usize = 8;

/// Diagnose the installation and suggest fixes.
#[derive(Debug, Args)]
#[command(after_help = "\
Run it on the machine where `cordboard serve` is running.

Exit status: 0 if there are no faults, 1 otherwise.

Examples:
  cordboard doctor
  cordboard doctor --config /etc/cordboard.toml --json")]
pub struct DoctorArgs {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    output: Output,
}

pub(super) async fn run(args: DoctorArgs) -> Result<ExitCode, CliError> {
    let findings = match args.config.load() {
        Ok(config) => {
            let options = shell::options(&args.config.path, None);
            Doctor::new(&config, options)?.check(compile_plug::program()).await?
        }
        Err(error) => error.faults.iter().map(Finding::from).collect(),
    };
    args.output.print(|| json(&findings), || text(&findings, has_color()))?;
    Ok(exit_code(count(&findings, Verdict::Fault) == 0))
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}

/// Formats the findings as JSON.
fn json(findings: &[Finding]) -> Value {
    json!({
        "findings": findings,
        "faults": count(findings, Verdict::Fault),
        "warnings": count(findings, Verdict::Warning),
        "unknown": count(findings, Verdict::Unknown),
    })
}

/// Formats the findings as text: verdict and subject, with the details below.
fn text(findings: &[Finding], color: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        let (word, code) = match finding.verdict {
            Verdict::Ok => ("ok", 32),
            Verdict::Unknown => ("unknown", 2),
            Verdict::Warning => ("warning", 33),
            Verdict::Fault => ("fault", 31),
        };
        let word = colored(&format!("{word:WORD$}"), code, color);
        text += &format!("{word} {}\n{}", plain(&finding.about), wrapped(&plain(&finding.message), WORD + 1));
    }
    let [faults, warnings, unknown] =
        [Verdict::Fault, Verdict::Warning, Verdict::Unknown].map(|verdict| count(findings, verdict));
    let not_known = if unknown == 0 { String::new() } else { format!(" Unknown: {unknown}.") };
    text + &match (faults, warnings, unknown) {
        (0, 0, 0) => "No problems found.\n".to_owned(),
        (0, 0, unknown) => format!("No problems found, but some checks could not run (unknown: {unknown}).\n"),
        (0, warnings, _) => format!("It works, but check the warnings ({warnings}).{not_known}\n"),
        (faults, ..) => format!("It does not work: fix the faults ({faults}).{not_known}\n"),
    }
}
