//! `cordboard status acknowledge`

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::CliError;
use crate::plug::client::Admin;
use crate::plug::json::number;
use crate::terminal::{print, print_json};

/// Ids of one request, which the admin API limits.
const BATCH: usize = 1_000;

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard status acknowledge [OPTIONS] ID...\n       \
                      cordboard status acknowledge [OPTIONS] --all-before TIME",
    after_help = "\
It asks the bridge that runs, by its admin API. Acknowledged lines are no
longer shown, but by `cordboard status --all`, and dropped after `retention-days`.

Examples:
  cordboard status acknowledge 3f1c2f0e7a7b 9a510d6a7a0c
  cordboard status acknowledge --all-before 2030-01-31T00:00:00Z"
)]
pub struct Acknowledge {
    /// Ids of lines, or as much of each as tells it from others.
    #[arg(value_name = "ID", required_unless_present = "all_before")]
    ids: Vec<String>,
    /// All lines that are older than this time.
    #[arg(long, value_name = "TIME", conflicts_with = "ids")]
    all_before: Option<String>,
    /// Only lines of this account: the CRM's number of it.
    #[arg(long, value_name = "NUMBER")]
    account: Option<u64>,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Acknowledge) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let mut acknowledged = 0;
    let mut send = async |mut body: Value| {
        if let (Some(account), Some(members)) = (args.account, body.as_object_mut()) {
            members.insert("account".to_owned(), account.into());
        }
        let answer = client.post("acknowledgements", &body).await?;
        acknowledged += number(&answer, "acknowledged");
        Ok::<_, CliError>(answer.get("more") == Some(&Value::Bool(true)))
    };
    if let Some(before) = &args.all_before {
        while send(json!({ "before": before })).await? {}
    }
    for ids in args.ids.chunks(BATCH) {
        send(json!({ "ids": ids })).await?;
    }
    if args.admin.json {
        return print_json(&json!({ "acknowledged": acknowledged }));
    }
    let lines = if acknowledged == 1 { "line" } else { "lines" };
    print(&format!("{acknowledged} {lines} acknowledged.\n"))?;
    Ok(ExitCode::SUCCESS)
}
