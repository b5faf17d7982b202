//! `cordboard retention`

use std::process::ExitCode;

use clap::Subcommand;
use cordboard_doctor::paused_because;
use serde_json::Value;

use super::CliError;
use super::plug::client::Admin;
use super::plug::json::{member, number};
use super::terminal::{exit_code, wrapped};

/// Show whether old records are pruned, and resume paused pruning.
#[derive(Debug, Subcommand)]
pub enum RetentionCommand {
    /// Show whether old records are pruned.
    #[command(after_help = "\
Exit status: 0 if old records are pruned; 1 if pruning is paused or the bridge
cannot be reached.

Example:
  cordboard retention show")]
    Show(Admin),
    /// Confirm that the clock is right and resume pruning.
    #[command(after_help = "\
Pruning pauses when the clock is far ahead of the newest record, because a
wrong clock makes every record look old. So does a bridge that was idle or off
for a long time. Check the clock before you confirm: records older than
`retention-days` are pruned at once, and cannot be restored. If pruning is not
paused, this command has no effect.

Example:
  cordboard retention confirm")]
    Confirm(Admin),
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the bridge cannot be reached or refuses the request.
pub async fn run(command: RetentionCommand) -> Result<ExitCode, CliError> {
    match command {
        RetentionCommand::Show(admin) => {
            let retention = admin.client()?.get("retention", &[]).await?;
            admin.print(&retention, text)?;
            Ok(exit_code(!is_paused(&retention)))
        }
        RetentionCommand::Confirm(admin) => {
            let retention = admin.client()?.post("retention/confirmations", &Value::Null).await?;
            admin.print(&retention, text)
        }
    }
}

/// Describes the state of retention.
fn text(retention: &Value) -> String {
    if is_paused(retention) {
        return paused(retention);
    }
    wrapped(&format!("Records older than {} days are pruned.", number(retention, "retentionDays")), 0)
}

fn is_paused(retention: &Value) -> bool {
    retention.get("paused") == Some(&Value::Bool(true))
}

/// Says that retention is paused, why, and how to resume it.
pub(super) fn paused(retention: &Value) -> String {
    let reason = paused_because(member(retention, "plausibleAt"), member(retention, "pausedAt"));
    wrapped(&format!("Retention is paused: {reason}"), 0)
}
