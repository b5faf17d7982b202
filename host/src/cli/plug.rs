//! `cordboard plug`
use std::process::ExitCode;

use super::CliError;

/// Looks at plugs.
#[derive(Debug, clap::Subcommand)]
pub enum PlugCommand {}

pub async fn run(args: PlugCommand) -> Result<ExitCode, CliError> {
    match args {}
}
