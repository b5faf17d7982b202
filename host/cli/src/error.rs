//! The error type of all commands, and how a command reports it.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::process::ExitCode;

use cordboard::StartError;
use cordboard::app_settings::AppSettingsError;
use cordboard::config::{AppError, ConfigError, NameError};
use cordboard::plug::{EngineError, LoadError};
use cordboard::registry::RegistryError;
use cordboard::store::StoreError;
use cordboard_doctor::ClientError;
use cordboard_doctor::hubspot::describe;
use cordboard_doctor::request::RequestError;
use cordboard_emulator::hubspot;
use tokio::task::JoinError;

use super::terminal::{plain, wrapped};

/// Why a command failed. Each message says what failed and how to fix it.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command found the fault itself.
    #[error("{0}")]
    Message(String),
    /// The configuration is invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration has no such app, or several to choose from.
    #[error(transparent)]
    App(#[from] AppError),
    /// The name of a token is invalid.
    #[error(transparent)]
    Name(#[from] NameError),
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
    /// The app's settings at HubSpot cannot be read or changed.
    #[error("{}", plain(&describe(.0)))]
    AppSettings(#[from] AppSettingsError),
    /// The request of `cordboard simulate` cannot be signed.
    #[error("{}{}", .0, if matches!(.0, RequestError::OneSignature) { ": remove --signature" } else { "" })]
    Request(#[from] RequestError),
    /// The system provides no randomness.
    #[error("the system provides no randomness: try again")]
    Randomness,
    /// No HTTP client can be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The emulator did not start.
    #[error(transparent)]
    Emulator(#[from] hubspot::Error),
    /// The address is in use, or not one of this machine.
    #[error("cannot listen on {address} ({error}): {hint}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        #[source]
        error: io::Error,
        /// What to change.
        hint: &'static str,
    },
    /// The runtime did not start.
    #[error("cannot start the async runtime ({0}): raise the limit on threads")]
    Runtime(#[source] io::Error),
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

impl From<getrandom::Error> for CliError {
    fn from(_: getrandom::Error) -> Self {
        Self::Randomness
    }
}
