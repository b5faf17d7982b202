//! The error type of all commands, and how a command reports it.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use cordboard::StartError;
use cordboard::config::ConfigError;
use cordboard::plug::{EngineError, LoadError};
use cordboard::registry::RegistryError;
use cordboard::store::StoreError;
use cordboard_emulator::hubspot;
use tokio::task::JoinError;

use super::terminal::wrapped;

/// Why a command failed. Each message says what failed and how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command found the fault itself.
    #[error("{0}")]
    Message(String),
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The bridge did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The library of plugs cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine for plugs did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The plug cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The emulator did not start.
    #[error(transparent)]
    Emulator(#[from] hubspot::Error),
    /// A task of the program crashed.
    #[error(transparent)]
    Task(#[from] JoinError),
    /// The system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CliError {
    /// Creates an error from a message, which says how to fix it.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    /// Prints the message to stderr and returns the failure code.
    pub(super) fn report(&self) -> ExitCode {
        for line in self.to_string().lines() {
            let line = format!("cordboard: {line}");
            // Wrap for people only: log files are searched line by line.
            eprintln!("{}", if io::stderr().is_terminal() { wrapped(&line, 0) } else { line }.trim_end());
        }
        ExitCode::FAILURE
    }
}
