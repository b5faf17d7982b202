//! `cordboard token`

mod new;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Create tokens for the admin API.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print the lines to add to cordboard.toml.
    New(new::New),
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the name is invalid or the system provides no randomness.
pub fn run(command: &TokenCommand) -> Result<ExitCode, CliError> {
    match command {
        TokenCommand::New(args) => new::run(args),
    }
}
