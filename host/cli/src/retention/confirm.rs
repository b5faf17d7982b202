//! `cordboard retention confirm`

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::CliError;
use crate::plug::client::Admin;
use crate::terminal::{print, print_json};

#[derive(Debug, Args)]
#[command(after_help = "\
Pruning pauses when the clock is far ahead of the newest record, because a
wrong clock makes every record look old. So does a bridge that was idle or off
for a long time. Check the clock before you confirm: records older than
`retention-days` are pruned at once, and cannot be restored. If pruning is not
paused, this command has no effect.

Example:
  cordboard retention confirm")]
pub struct Confirm {
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Confirm) -> Result<ExitCode, CliError> {
    let retention = args.admin.client()?.post("retention/confirmations", &Value::Null).await?;
    if args.admin.json {
        return print_json(&retention);
    }
    print(&super::text(&retention))?;
    Ok(ExitCode::SUCCESS)
}
