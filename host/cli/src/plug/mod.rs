//! `cordboard plug`

mod activate;
pub(super) mod client;
mod describe;
mod diff;
mod file;
mod history;
mod inspect;
mod inspection_json;
mod inspection_text;
pub(super) mod json;
mod list;
mod plug_ref;
mod promote;
mod push;
mod rollback;
mod target;
mod test;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Looks at plugs, tries them, and changes which of them serve.
///
/// All but `inspect` and `test` ask a bridge that runs, by its admin API.
#[derive(Debug, Subcommand)]
pub enum PlugCommand {
    /// Shows all that can be known of a plug before it is put to work.
    Inspect(inspect::Inspect),
    /// Tries a plug against all that its contract asks, and tells what to fix.
    Test(test::Test),
    /// Gives the bridge the file of a plug.
    Push(push::Push),
    /// Lists the plugs that the bridge has.
    List(list::List),
    /// Lets a plug serve a connection or app, or tries it there.
    Activate(activate::Activate),
    /// Tells what another plug would have answered differently, before a switch.
    Diff(diff::Diff),
    /// Lets a plug that is tried serve.
    Promote(promote::Promote),
    /// Ends a trial, or brings back what served before, in one step.
    Rollback(rollback::Rollback),
    /// Shows what served a connection or app, and how a trial goes.
    History(history::History),
}

/// Runs one of them.
///
/// # Errors
/// Where the plug cannot be used, or the bridge does not do what it is asked for.
pub async fn run(args: PlugCommand) -> Result<ExitCode, CliError> {
    match args {
        PlugCommand::Inspect(args) => inspect::run(&args),
        PlugCommand::Push(args) => push::run(args).await,
        PlugCommand::List(args) => list::run(args).await,
        PlugCommand::Activate(args) => activate::run(args).await,
        PlugCommand::Diff(args) => diff::run(args).await,
        PlugCommand::Promote(args) => promote::run(args).await,
        PlugCommand::Rollback(args) => rollback::run(args).await,
        PlugCommand::History(args) => history::run(args).await,
        PlugCommand::Test(args) => test::run(&args),
    }
}
