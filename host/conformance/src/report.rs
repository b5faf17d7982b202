//! The results of checks.

use std::fmt;

/// The maximum number of faults reported per check.
const MAX_REPORTED: usize = 5;
/// The longest description of a fault, in characters.
const MAX_LINE_LEN: usize = 600;

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The plug meets the requirement.
    Passed,
    /// The plug does not. The faults are sentences without a full stop.
    Failed(Vec<String>),
    /// There was nothing to check. The field is the reason.
    NotApplicable(String),
}

/// A check and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check's name.
    pub check: &'static str,
    /// The requirement, without a full stop.
    pub requirement: &'static str,
    /// How to fix a plug that fails the check.
    pub hint: &'static str,
    /// The result.
    pub verdict: Verdict,
}

/// The results of all checks, in the order of [`checks_of`](super::checks_of).
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

/// A fault that the self-test found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The check that would fail.
    pub check: &'static str,
    /// A description of the fault, without a full stop.
    pub description: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.check, self.description)
    }
}

/// Collects the distinct faults of a check, or the reason for skipping it.
#[derive(Default)]
pub(super) struct Faults {
    reported: Vec<String>,
    more: usize,
    skipped: Option<&'static str>,
}

impl Faults {
    /// Adds a fault, unless it is already known.
    pub fn add(&mut self, fault: impl Into<String>) {
        let fault = cordboard_core::text::line(&fault.into(), MAX_LINE_LEN);
        if self.reported.contains(&fault) {
            return;
        }
        if self.reported.len() < MAX_REPORTED { self.reported.push(fault) } else { self.more += 1 }
    }

    /// Whether the maximum number of reported faults is reached, so that the check can stop.
    pub fn is_full(&self) -> bool {
        self.reported.len() == MAX_REPORTED
    }

    /// Skips the check unless there was something to check. `without` is the reason.
    pub fn skip_unless(&mut self, any: bool, without: &'static str) {
        self.skipped = (!any).then_some(without);
    }

    /// Returns [`Verdict::Passed`] if there are no faults, and [`Verdict::Failed`] otherwise, unless the check is
    /// skipped.
    pub fn verdict(mut self) -> Verdict {
        if let Some(why) = self.skipped {
            return Verdict::NotApplicable(why.to_owned());
        }
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
    fn faults_are_deduplicated_and_bounded() {
        let mut faults = Faults::default();
        for number in [1, 1, 2, 3, 4, 5, 6, 7] {
            faults.add(format!("fault {number}\n"));
        }
        assert!(faults.is_full());
        let Verdict::Failed(reported) = faults.verdict() else { panic!("no fault") };
        assert_eq!(
            (reported.len(), reported[0].as_str(), reported[5].as_str()),
            (6, "fault 1 ", "and 2 more of this kind")
        );
        assert_eq!(Faults::default().verdict(), Verdict::Passed);
    }
}
