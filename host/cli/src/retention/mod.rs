//! `cordboard retention`

mod confirm;
mod show;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use super::CliError;
use super::plug::json::{member, number};
use super::terminal::wrapped;

/// Shows whether old records are pruned, and resumes it where it is paused.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Shows whether old records are pruned.
    Show(show::Show),
    /// Confirms that the clock is right, so that pruning resumes.
    Confirm(confirm::Confirm),
}

/// Runs one of them.
///
/// # Errors
/// Where the bridge does not do what it is asked for.
pub async fn run(args: RetentionCommand) -> Result<ExitCode, CliError> {
    match args {
        RetentionCommand::Show(args) => show::run(args).await,
        RetentionCommand::Confirm(args) => confirm::run(args).await,
    }
}

/// How it is, for people.
fn text(retention: &Value) -> String {
    let days = number(retention, "retentionDays");
    if retention.get("paused") != Some(&Value::Bool(true)) {
        return wrapped(&format!("Records that are older than {days} days are pruned."), 0);
    }
    paused(member(retention, "plausibleAt"), member(retention, "pausedAt"))
}

/// That it is paused, and what to do.
pub(super) fn paused(plausible_at: &str, paused_at: &str) -> String {
    wrapped(&format!("Retention is paused, nothing is pruned: {}", paused_because(plausible_at, paused_at)), 0)
}

/// Why it is paused, and what to do.
pub(super) fn paused_because(plausible_at: &str, paused_at: &str) -> String {
    format!(
        "the clock was at {paused_at} when the newest record was of {plausible_at}. Set the clock, or if it is right, \
         run `cordboard retention confirm`"
    )
}
