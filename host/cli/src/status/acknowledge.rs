//! `cordboard status acknowledge`

use std::process::ExitCode;

use clap::Args;
use cordboard_core::AccountId;
use serde_json::{Value, json};

use crate::CliError;
use crate::plug::client::Admin;
use crate::plug::json::number;
use crate::terminal::counted;

/// Maximum number of IDs per request to the admin API.
const BATCH: usize = 1_000;

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard status acknowledge [OPTIONS] ID...\n       \
                      cordboard status acknowledge [OPTIONS] --all-before TIME",
    after_help = "\
Acknowledged leftovers disappear from `cordboard status`, except with --all, and
are pruned after `retention-days`. This command calls the admin API of a running
bridge, with the token in CORDBOARD_ADMIN_TOKEN.

Examples:
  cordboard status acknowledge 3f1c2f0e7a7b 9a510d6a7a0c
  cordboard status acknowledge --all-before 2030-01-31T00:00:00Z"
)]
pub struct Acknowledge {
    /// IDs of leftovers, as shown by `cordboard status`; a unique prefix is enough.
    #[arg(value_name = "ID", required_unless_present = "all_before")]
    ids: Vec<String>,
    /// Acknowledge all leftovers older than this time.
    #[arg(long, value_name = "TIME", conflicts_with = "ids")]
    all_before: Option<String>,
    /// Only acknowledge leftovers of this account.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn run(args: Acknowledge) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let mut acknowledged = 0;
    let mut send = async |mut body: Value| {
        if let (Some(account), Some(members)) = (&args.account, body.as_object_mut()) {
            members.insert("account".to_owned(), account.as_str().into());
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
    args.admin.print(&json!({ "acknowledged": acknowledged }), |_| {
        format!("{} acknowledged.\n", counted(acknowledged, "leftover"))
    })
}
