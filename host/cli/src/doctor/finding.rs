//! What was looked at, and how it is.

use serde_json::{Value, json};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Well,
    /// It could not be looked at.
    Unknown,
    /// It works, and something about it should be known.
    Warning,
    /// It does not work.
    Fault,
}

impl Verdict {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// What it is, such as `public-url`.
    pub about: String,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen; where it is not well, with the fix.
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

    /// As JSON.
    pub fn json(&self) -> Value {
        json!({ "about": self.about, "verdict": self.verdict.word(), "message": self.says })
    }
}
