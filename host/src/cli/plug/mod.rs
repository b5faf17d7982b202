//! `cordboard plug`

mod inspect;
mod json;
mod text;
mod words;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Looks at plugs.
#[derive(Debug, Subcommand)]
pub enum PlugCommand {
    /// Shows all that can be known of a plug before it is put to work.
    Inspect(inspect::Inspect),
}

/// Runs one of them.
///
/// # Errors
/// Where the plug cannot be used.
pub async fn run(args: PlugCommand) -> Result<ExitCode, CliError> {
    match args {
        PlugCommand::Inspect(args) => inspect::run(&args),
    }
}
