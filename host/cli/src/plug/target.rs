//! The target of a rollout on the command line, and the resulting changes.

use clap::Args;
use cordboard_core::{AccountId, AppId};
use serde_json::{Value, json};

use crate::terminal::{plain, wrapped};

use super::json::{list, member, number};
use super::plug_ref::short;

/// One connection, one app, or all connections that use a plug.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(super) struct Target {
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
    pub fn json(&self) -> Value {
        match (&self.account, &self.connection, &self.app, &self.using) {
            (Some(account), Some(connection), ..) => json!({ "account": account, "connection": connection }),
            (_, _, Some(app), _) => json!({ "app": app }),
            (.., using) => json!({ "plug": using }),
        }
    }

    /// Returns the target as command-line arguments.
    pub fn arguments(&self) -> String {
        match (&self.account, &self.connection, &self.app, &self.using) {
            (Some(account), Some(connection), ..) => format!("--account {account} --connection {}", plain(connection)),
            (_, _, Some(app), _) => format!("--app {app}"),
            (.., using) => format!("--using {}", plain(using.as_deref().unwrap_or_default())),
        }
    }
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
pub(super) fn changes(answer: &Value, how: &str) -> String {
    let lines = list(answer, "changes").iter().map(|change| {
        let owner = change.get("target").map(owner).unwrap_or_default();
        let (from, to) = (number(change, "from"), number(change, "to"));
        wrapped(&format!("{owner}: #{to}, plug {}, {how} #{from}", short(member(change, "plug"))), 0)
    });
    lines.collect()
}
