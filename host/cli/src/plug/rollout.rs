//! `cordboard plug promote` and `cordboard plug rollback`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::CliError;

use super::client::Admin;
use super::target::{self, Target};

/// What to promote or roll back.
#[derive(Debug, Args)]
pub struct Rollout {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn promote(args: Rollout) -> Result<ExitCode, CliError> {
    let answer = args.admin.client()?.post("promotions", &json!({ "target": args.target.json() })).await?;
    args.admin.print(&answer, |answer| {
        let back = format!("To roll back:\n  cordboard plug rollback {}\n", args.target.arguments());
        format!("{}\n{back}", target::changes(answer, "replaces"))
    })
}

pub(super) async fn rollback(args: Rollout) -> Result<ExitCode, CliError> {
    let answer = args.admin.client()?.post("rollbacks", &json!({ "target": args.target.json() })).await?;
    args.admin.print(&answer, |answer| target::changes(answer, "serves instead of"))
}
