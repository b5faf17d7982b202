//! `cordboard plug rollback`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::CliError;
use crate::terminal::{print, print_json};

use super::client::Admin;
use super::target::{self, Target};

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard plug rollback [OPTIONS] --account A --connection C",
    after_help = "\
Ends a running canary or shadow. Without one, restores the previous generation:
its plug, settings and secrets.

Example:
  cordboard plug rollback --account 123123 --connection rooms"
)]
pub struct Rollback {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Rollback) -> Result<ExitCode, CliError> {
    let answer = args.admin.client()?.post("rollbacks", &json!({ "target": args.target.json() })).await?;
    if args.admin.json {
        return print_json(&answer);
    }
    print(&target::changes(&answer, "serves instead of"))?;
    Ok(ExitCode::SUCCESS)
}
