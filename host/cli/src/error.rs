//! Why a command did not do what it was asked for.

use std::fmt;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use cordboard::bridge::StartError;
use cordboard::config::ConfigError;
use cordboard::store::StoreError;

use super::terminal::wrapped;

/// A sentence that names the fix.
#[derive(Debug)]
pub struct CliError(pub String);

impl CliError {
    /// Says it on stderr.
    pub(super) fn report(&self) -> ExitCode {
        for line in self.0.lines() {
            let line = format!("cordboard: {line}");
            // A log is searched line by line, a terminal is read.
            eprintln!("{}", if io::stderr().is_terminal() { wrapped(&line, 0) } else { line }.trim_end());
        }
        ExitCode::FAILURE
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for CliError {}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
