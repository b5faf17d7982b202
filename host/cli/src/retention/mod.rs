//! `cordboard retention`

mod confirm;
mod show;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use super::CliError;
use super::plug::json::{member, number};
use super::terminal::wrapped;

/// Show whether old records are pruned, and resume paused pruning.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Show whether old records are pruned.
    Show(show::Show),
    /// Confirm that the clock is right and resume pruning.
    Confirm(confirm::Confirm),
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the bridge cannot be reached or refuses the request.
pub async fn run(args: RetentionCommand) -> Result<ExitCode, CliError> {
    match args {
        RetentionCommand::Show(args) => show::run(args).await,
        RetentionCommand::Confirm(args) => confirm::run(args).await,
    }
}

/// Describes the state of retention.
fn text(retention: &Value) -> String {
    let days = number(retention, "retentionDays");
    if retention.get("paused") != Some(&Value::Bool(true)) {
        return wrapped(&format!("Records older than {days} days are pruned."), 0);
    }
    paused(member(retention, "plausibleAt"), member(retention, "pausedAt"))
}

/// Says that retention is paused, why, and how to resume it.
pub(super) fn paused(plausible_at: &str, paused_at: &str) -> String {
    wrapped(&format!("Retention is paused: {}", paused_because(plausible_at, paused_at)), 0)
}

/// Says why retention is paused and how to resume it, without a full stop.
pub(super) fn paused_because(plausible_at: &str, paused_at: &str) -> String {
    format!(
        "the clock read {paused_at}, but the newest record was from {plausible_at}. Correct the clock; if it is right, \
         run `cordboard retention confirm`"
    )
}
