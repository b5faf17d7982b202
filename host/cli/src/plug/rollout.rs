//! `cordboard plug activate`, `promote` and `rollback`

use std::process::ExitCode;

use clap::Args;
use cordboard_core::{AccountId, AppId};
use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{plain, wrapped};

use super::client::Admin;
use super::json::{list, member, number};
use super::plug_ref::{self, short};

/// One connection, one app, or all connections that use a plug.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Target {
    /// ID of the account.
    #[arg(long, value_name = "ID", requires = "connection")]
    account: Option<AccountId>,
    /// Name of the account's connection.
    #[arg(long, value_name = "NAME", requires = "account")]
    connection: Option<String>,
    /// ID of an app, instead of a connection.
    #[arg(long, value_name = "ID", conflicts_with_all = ["account", "connection", "using"])]
    app: Option<AppId>,
    /// All connections that use this plug, by name or digest.
    #[arg(long, value_name = "PLUG", conflicts_with_all = ["account", "connection"])]
    using: Option<String>,
}

impl Target {
    /// Returns the target as the admin API expects it.
    fn json(&self) -> Value {
        match (&self.account, &self.connection, &self.app, &self.using) {
            (Some(account), Some(connection), ..) => json!({ "account": account, "connection": connection }),
            (_, _, Some(app), _) => json!({ "app": app }),
            (.., using) => json!({ "plug": using }),
        }
    }

    /// Returns the target as command-line arguments.
    fn arguments(&self) -> String {
        match (&self.account, &self.connection, &self.app, &self.using) {
            (Some(account), Some(connection), ..) => format!("--account {account} --connection {}", plain(connection)),
            (_, _, Some(app), _) => format!("--app {app}"),
            (.., using) => format!("--using {}", plain(using.as_deref().unwrap_or_default())),
        }
    }
}

#[derive(Debug, Args)]
#[command(
    override_usage = "cordboard plug activate [OPTIONS] <PLUG> --account A --connection C",
    after_help = "\
Without --canary or --shadow, the plug goes live at once. Requests in flight
finish with the plug that they started with. The settings and secrets stay the
same; a plug that they do not fit is rejected.

Examples:
  # Replace the plug of one connection.
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms

  # Serve a tenth of its conferences first.
  cordboard plug activate 3f1c2f0e7a7b --account 123123 --connection rooms \\
    --canary 10%

  # Compare on every connection that uses jitsi, without any effect.
  cordboard plug activate jitsi --using jitsi --shadow"
)]
pub struct Activate {
    /// Digest of the plug, a unique prefix of it, or the name of a built-in plug.
    #[arg(value_name = "PLUG")]
    plug: String,
    #[command(flatten)]
    target: Target,
    /// Serve only this share of the conferences, such as 10%; a conference keeps its plug.
    #[arg(long, value_name = "SHARE", conflicts_with = "shadow")]
    canary: Option<String>,
    /// Run the plug beside the live one and compare; its effects are not performed.
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    admin: Admin,
}

pub(super) async fn activate(args: Activate) -> Result<ExitCode, CliError> {
    let client = args.admin.client()?;
    let plug = plug_ref::resolve(&client, &args.plug).await?;
    let body = json!({ "plug": plug, "target": args.target.json(), "canary": args.canary, "shadow": args.shadow });
    let answer = client.post("activations", &body).await?;
    args.admin.print(&answer, |answer| {
        let target = args.target.arguments();
        let (how, next) = match (&args.canary, args.shadow) {
            (None, false) => ("replaces".to_owned(), format!("To roll back:\n  cordboard plug rollback {target}\n")),
            (canary, _) => {
                let how = canary.as_ref().map(|share| format!("serves {} beside", plain(share)));
                let commands =
                    ["history", "promote", "rollback"].map(|name| format!("  cordboard plug {name} {target}\n"));
                let next = format!("To see how it does, to promote it, or to end the trial:\n{}", commands.concat());
                (how.unwrap_or_else(|| "shadows".to_owned()), next)
            }
        };
        format!("{}\n{next}", changes(answer, &how))
    })
}

/// The target of `promote` and `rollback`.
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
        format!("{}\n{back}", changes(answer, "replaces"))
    })
}

pub(super) async fn rollback(args: Rollout) -> Result<ExitCode, CliError> {
    let answer = args.admin.client()?.post("rollbacks", &json!({ "target": args.target.json() })).await?;
    args.admin.print(&answer, |answer| changes(answer, "serves instead of"))
}

/// Formats a target in a response: `ACCOUNT/CONNECTION` or `app ID`.
pub(super) fn owner(target: &Value) -> String {
    let text =
        |name: &str| target.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    match (text("account"), text("connection"), text("app")) {
        (Some(account), Some(connection), _) => plain(&format!("{account}/{connection}")),
        (.., app) => plain(&format!("app {}", app.unwrap_or_default())),
    }
}

/// Formats the changes in a response, one per line.
fn changes(answer: &Value, how: &str) -> String {
    let lines = list(answer, "changes").iter().map(|change| {
        let owner = change.get("target").map(owner).unwrap_or_default();
        let (from, to) = (number(change, "from"), number(change, "to"));
        wrapped(&format!("{owner}: #{to}, plug {}, {how} #{from}", short(member(change, "plug"))), 0)
    });
    lines.collect()
}
