//! What was found, for people and for programs.

use std::io::IsTerminal;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::CliError;
use crate::cli::terminal::{plain, print as out, print_json, wrapped};

use super::finding::{Finding, Verdict};

/// Room for the longest verdict.
const WORD: usize = 8;

/// Prints all findings; the code says whether one is a fault.
pub(super) fn print(findings: &[Finding], as_json: bool) -> Result<ExitCode, CliError> {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (faults, warnings, unknown) = (count(Verdict::Fault), count(Verdict::Warning), count(Verdict::Unknown));
    let code = if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if as_json {
        let findings: Vec<_> = findings.iter().map(Finding::json).collect();
        print_json(&json!({ "findings": findings, "faults": faults, "warnings": warnings, "unknown": unknown }))?;
        return Ok(code);
    }
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let mut text: String = findings.iter().map(|finding| shown(finding, colour)).collect();
    text += &match (faults, warnings) {
        (0, 0) => "All is well.\n".to_owned(),
        (0, warnings) => format!("It works; mind what is marked as a warning ({warnings}).\n"),
        (faults, _) => format!("It does not work: mend what is marked as a fault ({faults}).\n"),
    };
    out(&text)?;
    Ok(code)
}

/// The verdict and what it is about, and below it what was seen.
fn shown(finding: &Finding, colour: bool) -> String {
    let word = format!("{:WORD$}", finding.verdict.word());
    let word = match finding.verdict {
        _ if !colour => word,
        Verdict::Well => format!("\u{1b}[32m{word}\u{1b}[0m"),
        Verdict::Unknown => format!("\u{1b}[2m{word}\u{1b}[0m"),
        Verdict::Warning => format!("\u{1b}[33m{word}\u{1b}[0m"),
        Verdict::Fault => format!("\u{1b}[31m{word}\u{1b}[0m"),
    };
    format!("{word} {}\n{}", plain(&finding.about), wrapped(&plain(&finding.says), WORD + 1))
}
