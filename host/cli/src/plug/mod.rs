//! `cordboard plug`

pub(super) mod client;
mod diff;
pub(super) mod file;
mod history;
mod inspect;
pub(super) mod json;
mod list;
mod plug_ref;
mod push;
mod rollout;
mod test;

use std::process::ExitCode;

use clap::Subcommand;

use super::CliError;

/// Inspect and test plugs, and roll them out.
#[derive(Debug, Subcommand)]
pub enum PlugCommand {
    /// Show a plug's contract, routes, settings and capabilities.
    Inspect(inspect::Inspect),
    /// Test a plug against its contract and suggest fixes.
    ///
    /// Nothing is sent. The test answers the plug's requests itself: as the provider would, according to the samples,
    /// and with errors and malformed data. So you can test a plug before its provider is available, and nothing is left
    /// behind there.
    Test(test::Test),
    /// Upload a plug to the bridge.
    Push(push::Push),
    /// List the bridge's plugs.
    #[command(after_help = "\
Other commands accept the shown digests and, for built-in plugs, the names.

Example:
  cordboard plug list")]
    List(client::Admin),
    /// Make a plug live for a connection or app, or try it as a canary or shadow.
    Activate(rollout::Activate),
    /// Replay past requests with two plugs and compare what they do.
    Diff(diff::Diff),
    /// Make the canary or shadow plug live.
    #[command(
        override_usage = "cordboard plug promote [OPTIONS] --account A --connection C",
        after_help = "\
Ends the trial: the candidate serves all conferences from now on.

Example:
  cordboard plug promote --account 123123 --connection rooms"
    )]
    Promote(rollout::Rollout),
    /// End a canary or shadow, or restore the previous plug.
    #[command(
        override_usage = "cordboard plug rollback [OPTIONS] --account A --connection C",
        after_help = "\
Ends a running canary or shadow. Without one, restores the previous generation:
its plug, settings and secrets.

Example:
  cordboard plug rollback --account 123123 --connection rooms"
    )]
    Rollback(rollout::Rollout),
    /// Show which plugs served a connection or app, and how a candidate does.
    History(history::History),
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the plug is unusable, or the bridge cannot be reached or refuses the request.
pub async fn run(args: PlugCommand) -> Result<ExitCode, CliError> {
    match args {
        PlugCommand::Inspect(args) => inspect::run(&args),
        PlugCommand::Push(args) => push::run(args).await,
        PlugCommand::List(admin) => list::run(admin).await,
        PlugCommand::Activate(args) => rollout::activate(args).await,
        PlugCommand::Diff(args) => diff::run(args).await,
        PlugCommand::Promote(args) => rollout::promote(args).await,
        PlugCommand::Rollback(args) => rollout::rollback(args).await,
        PlugCommand::History(args) => history::run(args).await,
        PlugCommand::Test(args) => test::run(&args),
    }
}
