//! What was found.

use std::fmt;

/// How many faults of one check are told.
const MAX_REPORTED: usize = 5;
/// The longest sentence about a fault, in characters.
const MAX_LINE_LEN: usize = 600;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is as it must be.
    Passed,
    /// Something is not: what, a sentence each without a full stop.
    Failed(Vec<String>),
    /// There was nothing to look at: why.
    NotApplicable(String),
}

/// A check, and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name.
    pub check: &'static str,
    /// What it asks of a plug: a sentence without a full stop.
    pub asks: &'static str,
    /// What its author does where it failed.
    pub hint: &'static str,
    /// What it found.
    pub verdict: Verdict,
}

/// What all checks found, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One for each check of the plug's contract.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether no check failed.
    pub fn passed(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| matches!(finding.verdict, Verdict::Failed(_)))
    }
}

/// A line for each fault, and for each check without anything to look at.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { check, hint, verdict, .. } in &self.findings {
            match verdict {
                Verdict::Passed => {}
                Verdict::Failed(faults) => {
                    faults.iter().try_for_each(|fault| writeln!(formatter, "{check}: {fault}"))?;
                    writeln!(formatter, "{check}: mend: {hint}")?;
                }
                Verdict::NotApplicable(why) => writeln!(formatter, "{check} is not looked at: {why}")?,
            }
        }
        Ok(())
    }
}

/// What the self-test found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The check that would fail.
    pub check: &'static str,
    /// What is wrong: a sentence without a full stop.
    pub says: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.check, self.says)
    }
}

/// Faults as they are found, each once.
#[derive(Default)]
pub(super) struct Faults {
    reported: Vec<String>,
    more: usize,
}

impl Faults {
    /// Adds one.
    pub fn add(&mut self, fault: impl Into<String>) {
        let fault = cordboard_core::text::line(&fault.into(), MAX_LINE_LEN);
        if self.reported.contains(&fault) {
            return;
        }
        if self.reported.len() < MAX_REPORTED { self.reported.push(fault) } else { self.more += 1 }
    }

    /// Whether enough are known to stop looking.
    pub fn enough(&self) -> bool {
        self.reported.len() == MAX_REPORTED
    }

    /// The verdict.
    pub fn verdict(mut self) -> Verdict {
        if self.reported.is_empty() {
            return Verdict::Passed;
        }
        if self.more > 0 {
            self.reported.push(format!("and {} more of this kind", self.more));
        }
        Verdict::Failed(self.reported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_once_and_not_without_end() {
        let mut faults = Faults::default();
        for number in [1, 1, 2, 3, 4, 5, 6, 7] {
            faults.add(format!("fault {number}\n"));
        }
        assert!(faults.enough());
        let Verdict::Failed(reported) = faults.verdict() else { panic!("no fault") };
        assert_eq!(
            (reported.len(), reported[0].as_str(), reported[5].as_str()),
            (6, "fault 1 ", "and 2 more of this kind")
        );
        assert_eq!(Faults::default().verdict(), Verdict::Passed);
    }
}
