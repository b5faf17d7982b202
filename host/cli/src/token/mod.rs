//! `cordboard token`

mod new;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Makes tokens of the admin API.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token, shows it once, and the lines for cordboard.toml.
    New(new::New),
}

/// Runs one of them.
///
/// # Errors
/// Where the name cannot be one, or the system has no randomness.
pub fn run(command: &TokenCommand) -> Result<ExitCode, CliError> {
    match command {
        TokenCommand::New(args) => new::run(args),
    }
}
