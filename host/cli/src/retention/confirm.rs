//! `cordboard retention confirm`

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::CliError;
use crate::plug::client::Admin;
use crate::terminal::{print, print_json};

#[derive(Debug, Args)]
#[command(after_help = "\
Pruning is paused when the clock is far ahead of the newest record: a wrong
clock makes everything look old, and so does an installation that was idle or
off for long. Compare the clock first. What is older than `retention-days` is
pruned at once. Where pruning is not paused, nothing changes.

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
