//! Prints findings as text or JSON.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{has_colour, plain, print as out, print_json, wrapped};

use super::finding::{Finding, Verdict};

/// Width of the verdict column.
const WORD: usize = 8;

/// Prints the findings. The exit status is 1 if one is a fault.
pub(super) fn print(findings: &[Finding], as_json: bool) -> Result<ExitCode, CliError> {
    if as_json {
        print_json(&json(findings))?;
    } else {
        out(&text(findings, has_colour()))?;
    }
    Ok(if count(findings, Verdict::Fault) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}

/// Formats the findings as JSON.
pub(super) fn json(findings: &[Finding]) -> Value {
    json!({
        "findings": findings.iter().map(Finding::json).collect::<Vec<_>>(),
        "faults": count(findings, Verdict::Fault),
        "warnings": count(findings, Verdict::Warning),
        "unknown": count(findings, Verdict::Unknown),
    })
}

/// Formats the findings as text.
pub(super) fn text(findings: &[Finding], colour: bool) -> String {
    let shown: String = findings.iter().map(|finding| shown(finding, colour)).collect();
    let [faults, warnings, unknown] =
        [Verdict::Fault, Verdict::Warning, Verdict::Unknown].map(|verdict| count(findings, verdict));
    let not_known = if unknown == 0 { String::new() } else { format!(" Unknown: {unknown}.") };
    let sum = match (faults, warnings, unknown) {
        (0, 0, 0) => "No problems found.".to_owned(),
        (0, 0, unknown) => format!("No problems found, but some checks could not run (unknown: {unknown})."),
        (0, warnings, _) => format!("It works, but check the warnings ({warnings}).{not_known}"),
        (faults, ..) => format!("It does not work: fix the faults ({faults}).{not_known}"),
    };
    format!("{shown}{sum}\n")
}

/// Formats a finding: verdict and subject, with the details below.
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
