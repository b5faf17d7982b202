//! `cordboard retention show`

use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::plug::client::Admin;
use crate::terminal::{print, print_json};

#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 if old records are pruned; 1 if pruning is paused or the bridge
cannot be reached.

Example:
  cordboard retention show")]
pub struct Show {
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Show) -> Result<ExitCode, CliError> {
    let retention = args.admin.client()?.get("retention", &[]).await?;
    if args.admin.json {
        print_json(&retention)?;
    } else {
        print(&super::text(&retention))?;
    }
    let paused = retention.get("paused").and_then(serde_json::Value::as_bool).unwrap_or_default();
    Ok(if paused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
