//! `cordboard emulate`: emulators to develop and test against.

mod hubspot;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Emulate a vendor's API on this machine.
#[derive(Debug, Subcommand)]
pub enum EmulateCommand {
    /// Run a local HubSpot with settings, meetings and signed webhooks.
    ///
    /// Emulates HubSpot's APIs for settings, meetings, notes, search and OAuth. On its page you can book, move and
    /// cancel meetings; it then calls the webhooks set through the settings API, signed and in HubSpot's order. With
    /// --config it takes app, secrets and accounts from the bridge's configuration, and sends requests for `public-url`
    /// straight to the bridge on this machine. It keeps everything in memory.
    Hubspot(Box<hubspot::Hubspot>),
}

/// Runs an emulator until ctrl-c or SIGTERM.
///
/// # Errors
/// Fails if the emulator cannot start.
pub async fn run(EmulateCommand::Hubspot(args): EmulateCommand) -> Result<ExitCode, CliError> {
    hubspot::run(*args).await
}
