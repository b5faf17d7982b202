//! Findings and their verdicts.

use serde_json::{Value, json};

/// The result of a check, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// No problem.
    Well,
    /// The check could not run.
    Unknown,
    /// It works, with a caveat.
    Warning,
    /// It does not work.
    Fault,
}

impl Verdict {
    /// Returns the verdict in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// The subject, such as `public-url`.
    pub about: String,
    /// The result.
    pub verdict: Verdict,
    /// The details, with a fix unless all is well.
    pub says: String,
}

impl Finding {
    pub fn new(verdict: Verdict, about: impl Into<String>, says: impl Into<String>) -> Self {
        Self { about: about.into(), verdict, says: says.into() }
    }

    pub fn well(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(Verdict::Well, about, says)
    }

    pub fn unknown(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(Verdict::Unknown, about, says)
    }

    pub fn warning(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, about, says)
    }

    pub fn fault(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(Verdict::Fault, about, says)
    }

    /// Formats the finding as JSON.
    pub fn json(&self) -> Value {
        json!({ "about": self.about, "verdict": self.verdict.word(), "message": self.says })
    }
}
