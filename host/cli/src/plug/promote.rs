//! `cordboard plug promote`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::CliError;
use crate::terminal::{print, print_json};

use super::client::Admin;
use super::target::{self, Target};

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard plug promote [OPTIONS] --account A --connection C",
    after_help = "\
Ends the trial: the candidate serves all conferences from now on.

Example:
  cordboard plug promote --account 123123 --connection rooms"
)]
pub struct Promote {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Promote) -> Result<ExitCode, CliError> {
    let answer = args.admin.client()?.post("promotions", &json!({ "target": args.target.json() })).await?;
    if args.admin.json {
        return print_json(&answer);
    }
    let back = format!("To roll back:\n  cordboard plug rollback {}\n", args.target.arguments());
    print(&format!("{}\n{back}", target::changes(&answer, "replaces")))?;
    Ok(ExitCode::SUCCESS)
}
