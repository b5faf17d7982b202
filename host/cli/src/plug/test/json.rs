//! Formats a test report as JSON.

use serde_json::{Value, json};

use cordboard::plug::Plug;
use cordboard_conformance::{Finding, Report, Verdict};

/// Formats the plug and the verdict of each check.
pub(super) fn report(plug: &Plug, report: &Report) -> Value {
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

fn finding(finding: &Finding) -> Value {
    let (verdict, says) = match &finding.verdict {
        Verdict::Passed => ("passed", Vec::new()),
        Verdict::Failed(faults) => ("failed", faults.clone()),
        Verdict::NotApplicable(why) => ("not-applicable", vec![why.clone()]),
    };
    json!({
        "name": finding.check,
        "requirement": finding.requirement,
        "verdict": verdict,
        "messages": says,
        "hint": finding.hint,
    })
}
