//! `cordboard simulate`
use std::process::ExitCode;

use super::CliError;

/// Sends a correctly signed request.
#[derive(Debug, clap::Args)]
pub struct Simulate {}

pub async fn run(_args: Simulate) -> Result<ExitCode, CliError> {
    Err(CliError("being written".to_owned()))
}
