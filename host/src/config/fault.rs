//! What is wrong with a configuration.

use std::fmt;

use super::key_path::KeyPath;

/// As many are told; more do not help whoever mends them.
const MAX_FAULTS: usize = 100;

/// Something wrong, or worth a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, such as `account.123.connection.rooms.plug`; `line 3` where the text is not TOML.
    pub path: String,
    /// What, and how to fix it.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.sentence)
    }
}

/// Why there is no configuration: all that is wrong with it, at most about a hundred faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// In the order of the reading; at least one.
    pub faults: Vec<Fault>,
}

impl ConfigError {
    /// One fault.
    pub(super) fn one(path: String, sentence: impl Into<String>) -> Self {
        Self { faults: vec![Fault { path, sentence: sentence.into() }] }
    }

    /// The text is not TOML. The parser's own report shows the line, in which a secret may stand, so only its message
    /// is taken.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let message: String = error.message().chars().take(200).collect();
        Self::one(format!("line {line}"), format!("this is not TOML ({}): correct it", message.escape_debug()))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            fault.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Faults as they are found.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
    omitted: usize,
}

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, path: &KeyPath, sentence: impl Into<String>) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(Fault { path: path.to_string(), sentence: sentence.into() });
        } else {
            self.omitted += 1;
        }
    }

    /// What was read, where nothing is wrong with it.
    pub fn or<T>(mut self, read: Option<T>) -> Result<T, ConfigError> {
        match read {
            Some(read) if self.found.is_empty() => Ok(read),
            _ => {
                if self.omitted > 0 {
                    let sentence = format!("{} more faults are not shown: mend these first", self.omitted);
                    self.found.push(Fault { path: "…".to_owned(), sentence });
                }
                Err(ConfigError { faults: self.found })
            }
        }
    }
}
