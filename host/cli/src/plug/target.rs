//! Whom a change is for, on the command line, and what came of it.

use clap::Args;
use serde_json::{Value, json};

use crate::terminal::{plain, wrapped};

use super::json::{list, member, number};
use super::plug_ref::short;

/// One connection, one app, or all that use a plug.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(super) struct Target {
    /// Of this account: the CRM's number of it.
    #[arg(long, value_name = "NUMBER", requires = "connection")]
    account: Option<u64>,
    /// The connection's name.
    #[arg(long, value_name = "NAME", requires = "account")]
    connection: Option<String>,
    /// An app instead: the CRM's number of it.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["account", "connection", "using"])]
    app: Option<u64>,
    /// All connections that use this plug instead: its name or digest.
    #[arg(long, value_name = "PLUG", conflicts_with_all = ["account", "connection"])]
    using: Option<String>,
}

impl Target {
    /// As the admin API takes it.
    pub fn json(&self) -> Value {
        match (self.account, &self.connection, self.app, &self.using) {
            (Some(account), Some(connection), ..) => json!({ "account": account, "connection": connection }),
            (_, _, Some(app), _) => json!({ "app": app }),
            (.., using) => json!({ "plug": using }),
        }
    }

    /// As it was typed.
    pub fn arguments(&self) -> String {
        match (self.account, &self.connection, self.app, &self.using) {
            (Some(account), Some(connection), ..) => format!("--account {account} --connection {}", plain(connection)),
            (_, _, Some(app), _) => format!("--app {app}"),
            (.., using) => format!("--using {}", plain(using.as_deref().unwrap_or_default())),
        }
    }
}

/// A connection or app of an answer, for people.
pub(super) fn owner(target: &Value) -> String {
    let text =
        |name: &str| target.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    match (text("account"), text("connection"), text("app")) {
        (Some(account), Some(connection), _) => plain(&format!("{account}/{connection}")),
        (.., app) => plain(&format!("app {}", app.unwrap_or_default())),
    }
}

/// What a change made, a line each.
pub(super) fn changes(answer: &Value, how: &str) -> String {
    let lines = list(answer, "changes").iter().map(|change| {
        let owner = change.get("target").map(owner).unwrap_or_default();
        let (from, to) = (number(change, "from"), number(change, "to"));
        wrapped(&format!("{owner}: #{to}, plug {}, {how} #{from}", short(member(change, "plug"))), 0)
    });
    lines.collect()
}
