//! What was found, on 80 columns.

use crate::terminal::{has_colour, plain, wrapped};
use cordboard::plug::Plug;
use cordboard_conformance::{Finding, Report, Verdict};

/// Room for the longest word of a verdict.
const WORD: usize = 7;
/// Room for the longest name of a check.
const NAME: usize = 17;
/// Where what a check asks begins.
const ASKS: usize = WORD + NAME;

/// Whether to colour.
#[derive(Clone, Copy)]
pub(super) struct Colour(bool);

impl Colour {
    /// Colour for people at a terminal, unless they want none.
    pub fn of_stdout() -> Self {
        Self(has_colour())
    }
}

/// Which plug it is.
pub(super) fn head(plug: &Plug) -> String {
    let description = plug.description();
    let line = format!("{} {}: {}", description.name, description.version, description.summary);
    format!("{}a {} plug of the {} class\n{}\n\n", wrapped(&plain(&line), 0), plug.role(), plug.class(), plug.digest())
}

/// A row, and below it what to fix.
pub(super) fn finding(finding: &Finding, colour: Colour) -> String {
    let (word, code) = match finding.verdict {
        Verdict::Passed => ("ok", 32),
        Verdict::Failed(_) => ("FAILED", 31),
        Verdict::NotApplicable(_) => ("-", 2),
    };
    let word = format!("{word:WORD$}");
    let word = if colour.0 { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word };
    let mut text = format!("{word}{:NAME$}{}", finding.check, wrapped(finding.asks, ASKS).trim_start());
    match &finding.verdict {
        Verdict::Passed => {}
        Verdict::NotApplicable(why) => text += &wrapped(&format!("not looked at: {}", plain(why)), ASKS),
        Verdict::Failed(faults) => {
            for fault in faults {
                let fault = wrapped(&plain(fault), WORD + 2);
                text += &format!("{}- {}", " ".repeat(WORD), fault.trim_start());
            }
            text += &wrapped(&format!("mend: {}", finding.hint), WORD);
        }
    }
    text
}

/// The last line.
pub(super) fn sum(report: &Report) -> String {
    let count = |wanted: fn(&Verdict) -> bool| report.findings.iter().filter(|one| wanted(&one.verdict)).count();
    let passed = count(|verdict| matches!(verdict, Verdict::Passed));
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    let skipped = count(|verdict| matches!(verdict, Verdict::NotApplicable(_)));
    format!("\n{passed} passed, {failed} failed, {skipped} not looked at\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard_conformance::CHECKS;

    #[test]
    fn every_row_fits_eighty_columns() {
        let long = "`create` with all calls answered 200 and lists 10000 deep: it breaks off \u{1b}[2J ".repeat(3);
        let verdicts = [Verdict::Passed, Verdict::Failed(vec![long.clone()]), Verdict::NotApplicable(long)];
        for (check, verdict) in CHECKS.iter().flat_map(|check| verdicts.iter().map(move |verdict| (check, verdict))) {
            let one = Finding { check: check.name, asks: check.asks, hint: check.hint, verdict: verdict.clone() };
            let text = finding(&one, Colour(false));
            assert!(text.lines().all(|line| line.chars().count() <= 80) && !text.contains('\u{1b}'), "{text}");
            assert!(text.lines().next().is_some_and(|row| row.ends_with(check.asks)), "{text}");
            assert_eq!(text.contains(" mend: "), matches!(verdict, Verdict::Failed(_)), "{text}");
        }
    }

    #[test]
    fn the_last_line_counts() {
        let one = |verdict| Finding { check: "starts", asks: "", hint: "", verdict };
        let verdicts = [Verdict::Passed, Verdict::Passed, Verdict::Failed(Vec::new())];
        let report = Report { findings: verdicts.map(one).into() };
        assert_eq!(sum(&report), "\n2 passed, 1 failed, 0 not looked at\n");
    }
}
