//! Findings and their verdicts.

use serde::Serialize;

/// The result of a check, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No problem.
    Ok,
    /// The check could not run.
    Unknown,
    /// It works, with a caveat.
    Warning,
    /// It does not work.
    Fault,
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The subject, such as `public-url`.
    pub about: String,
    /// The result.
    pub verdict: Verdict,
    /// The details, with a fix unless there is no problem.
    pub message: String,
}

impl Finding {
    /// Creates a finding.
    pub fn new(verdict: Verdict, about: impl Into<String>, message: impl Into<String>) -> Self {
        Self { about: about.into(), verdict, message: message.into() }
    }

    pub(crate) fn ok(about: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, about, message)
    }

    pub(crate) fn unknown(about: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Verdict::Unknown, about, message)
    }

    pub(crate) fn warning(about: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, about, message)
    }

    pub(crate) fn fault(about: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Verdict::Fault, about, message)
    }
}
