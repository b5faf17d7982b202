//! `cordboard plug`

mod file;
mod inspect;
mod json;
mod test;
mod text;
mod words;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Looks at plugs, and tries them.
#[derive(Debug, Subcommand)]
pub enum PlugCommand {
    /// Shows all that can be known of a plug before it is put to work.
    Inspect(inspect::Inspect),
    /// Tries a plug against all that its contract asks, and tells what to mend.
    Test(test::Test),
}

/// Runs one of them.
///
/// # Errors
/// Where the plug cannot be used.
pub async fn run(args: PlugCommand) -> Result<ExitCode, CliError> {
    match args {
        PlugCommand::Inspect(args) => inspect::run(&args),
        PlugCommand::Test(args) => test::run(&args),
    }
}
