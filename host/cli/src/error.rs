//! The error type of all commands.

use std::fmt;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use cordboard::bridge::StartError;
use cordboard::config::ConfigError;
use cordboard::registry::RegistryError;
use cordboard::store::StoreError;

use super::terminal::wrapped;

/// A message that says what failed and how to fix it.
#[derive(Debug)]
pub struct CliError(pub String);

impl CliError {
    /// Prints the message to stderr and returns the failure code.
    pub(super) fn report(&self) -> ExitCode {
        for line in self.0.lines() {
            let line = format!("cordboard: {line}");
            // Wrap for people only: log files are searched line by line.
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

impl From<RegistryError> for CliError {
    fn from(error: RegistryError) -> Self {
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
