//! Errors and warnings about a configuration.

use std::fmt;

use cordboard_core::AppId;

use super::key_path::KeyPath;

/// Maximum number of faults to report.
const MAX_FAULTS: usize = 100;

/// An error or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The location, such as `account.123.connection.rooms.plug`, or `line 3` if the text is not TOML.
    pub path: String,
    /// What is wrong and how to fix it.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.sentence)
    }
}

/// All faults of a configuration, up to about a hundred.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError {
    /// The faults in the order in which they were found; at least one.
    pub faults: Vec<Fault>,
}

impl ConfigError {
    /// Creates an error with one fault.
    pub(super) fn one(path: String, sentence: impl Into<String>) -> Self {
        Self { faults: vec![Fault { path, sentence: sentence.into() }] }
    }

    /// Creates the error for a text that is not TOML. Contains only the parser's message, since its full report quotes
    /// the line, which may contain a secret.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let message: String = error.message().chars().take(200).collect();
        Self::one(format!("line {line}"), format!("invalid TOML ({}): correct it", message.escape_debug()))
    }
}

/// Why [`Config::app`](super::Config::app) selects no app.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// The configuration has no app.
    #[error("the configuration has no app: add one as `[app.ID]`")]
    None,
    /// The configuration has other apps.
    #[error("the configuration has no app {id}: use one of {known}, or add it")]
    Unknown {
        /// The id of the app that it does not have.
        id: AppId,
        /// The ids of its apps.
        known: String,
    },
    /// The configuration has several apps, with these ids.
    #[error("the configuration has several apps: use one of {0}")]
    Several(String),
}

/// Collects faults.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
    omitted: usize,
}

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, path: &KeyPath, sentence: impl Into<String>) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(Fault { path: path.to_string(), sentence: sentence.into() });
        } else {
            self.omitted += 1;
        }
    }

    /// Returns the value if there are no faults.
    pub fn or<T>(mut self, read: Option<T>) -> Result<T, ConfigError> {
        match read {
            Some(read) if self.found.is_empty() => Ok(read),
            _ => {
                if self.omitted > 0 {
                    let sentence = format!("{} more faults not shown: fix these first", self.omitted);
                    self.found.push(Fault { path: "…".to_owned(), sentence });
                }
                Err(ConfigError { faults: self.found })
            }
        }
    }
}
