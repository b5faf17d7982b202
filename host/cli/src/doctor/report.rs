//! What was found, for people and for programs.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{has_colour, plain, print as out, print_json, wrapped};

use super::finding::{Finding, Verdict};

/// Room for the longest verdict.
const WORD: usize = 8;

/// Prints all findings; the code says whether one is a fault.
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

/// For programs.
pub(super) fn json(findings: &[Finding]) -> Value {
    json!({
        "findings": findings.iter().map(Finding::json).collect::<Vec<_>>(),
        "faults": count(findings, Verdict::Fault),
        "warnings": count(findings, Verdict::Warning),
        "unknown": count(findings, Verdict::Unknown),
    })
}

/// For people.
pub(super) fn text(findings: &[Finding], colour: bool) -> String {
    let shown: String = findings.iter().map(|finding| shown(finding, colour)).collect();
    let [faults, warnings, unknown] =
        [Verdict::Fault, Verdict::Warning, Verdict::Unknown].map(|verdict| count(findings, verdict));
    let not_known = if unknown == 0 { String::new() } else { format!(" Unknown: {unknown}.") };
    let sum = match (faults, warnings, unknown) {
        (0, 0, 0) => "All is well.".to_owned(),
        (0, 0, unknown) => format!("All that could be looked at is well; mind what is marked as unknown ({unknown})."),
        (0, warnings, _) => format!("It works; mind what is marked as a warning ({warnings}).{not_known}"),
        (faults, ..) => format!("It does not work: mend what is marked as a fault ({faults}).{not_known}"),
    };
    format!("{shown}{sum}\n")
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
