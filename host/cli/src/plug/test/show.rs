//! Formats test findings as text, 80 columns wide.

use crate::terminal::{colored, hanging, plain, wrapped};
use cordboard::plug::Plug;
use cordboard_conformance::{Finding, Report, Verdict};

/// Width of the verdict column.
const WORD: usize = 7;
/// Width of the column of check names.
const NAME: usize = 17;
/// Column at which the requirement starts.
const REQUIREMENT: usize = WORD + NAME;

/// Formats the heading, which identifies the plug.
pub(super) fn head(plug: &Plug) -> String {
    let description = plug.description();
    let line = format!("{} {}: {}", description.name, description.version, description.summary);
    format!("{}a {} plug of the {} class\n{}\n\n", wrapped(&plain(&line), 0), plug.role(), plug.class(), plug.digest())
}

/// Formats a finding as a row, with what to fix below it.
pub(super) fn finding(finding: &Finding, color: bool) -> String {
    let (word, code) = match finding.verdict {
        Verdict::Passed => ("ok", 32),
        Verdict::Failed(_) => ("FAILED", 31),
        Verdict::NotApplicable(_) => ("-", 2),
    };
    let word = colored(&format!("{word:WORD$}"), code, color);
    let mut text = format!("{word}{:NAME$}{}", finding.check, wrapped(finding.requirement, REQUIREMENT).trim_start());
    match &finding.verdict {
        Verdict::Passed => {}
        Verdict::NotApplicable(why) => text += &wrapped(&format!("skipped: {}", plain(why)), REQUIREMENT),
        Verdict::Failed(faults) => {
            for fault in faults {
                text += &hanging(&format!("{:WORD$}- ", ""), &plain(fault));
            }
            text += &wrapped(&format!("fix: {}", finding.hint), WORD);
        }
    }
    text
}

/// Formats the summary line.
pub(super) fn summary(report: &Report) -> String {
    let count = |is: fn(&Verdict) -> bool| report.findings.iter().filter(|finding| is(&finding.verdict)).count();
    let passed = count(|verdict| matches!(verdict, Verdict::Passed));
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, Verdict::NotApplicable(_)));
    format!("\n{passed} passed, {failed} failed, {skipped} skipped\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard::plug::Role;
    use cordboard_conformance::checks_of;

    #[test]
    fn every_row_fits_80_columns() {
        let long = "`create` with all calls answered 200 and lists 10000 deep: it breaks off \u{1b}[2J ".repeat(3);
        let verdicts = [Verdict::Passed, Verdict::Failed(vec![long.clone()]), Verdict::NotApplicable(long)];
        let checks = [Role::Provider, Role::Crm, Role::Telephony].into_iter().flat_map(checks_of);
        for (check, verdict) in checks.flat_map(|check| verdicts.iter().map(move |verdict| (check, verdict))) {
            let one = Finding {
                check: check.name,
                requirement: check.requirement,
                hint: check.hint,
                verdict: verdict.clone(),
            };
            let text = finding(&one, false);
            assert!(text.lines().all(|line| line.chars().count() <= 80) && !text.contains('\u{1b}'), "{text}");
            assert!(text.lines().next().is_some_and(|row| row.ends_with(check.requirement)), "{text}");
            assert_eq!(text.contains(" fix: "), matches!(verdict, Verdict::Failed(_)), "{text}");
        }
    }

    #[test]
    fn the_summary_counts_verdicts() {
        let one = |verdict| Finding { check: "starts", requirement: "", hint: "", verdict };
        let verdicts = [Verdict::Passed, Verdict::Passed, Verdict::Failed(Vec::new())];
        let report = Report { findings: verdicts.map(one).into() };
        assert_eq!(summary(&report), "\n2 passed, 1 failed, 0 skipped\n");
    }
}
