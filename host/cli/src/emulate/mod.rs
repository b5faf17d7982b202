//! `cordboard emulate`: stand-ins to develop and test against.

mod hubspot;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Stands in for a vendor, on this machine.
#[derive(Debug, Subcommand)]
pub enum EmulateCommand {
    /// A local HubSpot: settings, meetings, and webhooks that are signed.
    Hubspot(Box<hubspot::Hubspot>),
}

/// Runs one of them until it is told to stop.
///
/// # Errors
/// Where it cannot be started.
pub async fn run(command: EmulateCommand) -> Result<ExitCode, CliError> {
    match command {
        EmulateCommand::Hubspot(args) => hubspot::run(*args).await,
    }
}
