//! Whom a change is for, and what came of it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::lifecycle::{Activated, Target};
use crate::store::ConnectionId;

use super::caller::Caller;
use super::problem::{Problem, Result};
use super::schema;

/// More than the name of any connection or plug.
const LONGEST_NAME: usize = 128;

/// `{account, connection}`, `{app}` or `{plug}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meant {
    account: Option<u64>,
    connection: Option<String>,
    app: Option<u64>,
    plug: Option<String>,
}

impl Meant {
    /// The target, where the caller may change it.
    pub fn allowed(self, caller: &Caller) -> Result<Target> {
        match (self.account, self.connection, self.app, self.plug) {
            (Some(account), Some(connection), None, None) => {
                caller.may_account(account)?;
                Ok(Target::Connection(connection_id(account, connection)?))
            }
            (None, None, Some(app), None) => {
                caller.may_all("an app serves")?;
                Ok(Target::App(app))
            }
            (None, None, None, Some(plug)) => {
                caller.may_all("all that use a plug are")?;
                Ok(Target::Plug(named("plug", plug)?))
            }
            _ => Err(Problem::malformed(
                "`target` is one of {\"account\", \"connection\"}, {\"app\"} and {\"plug\"}: name one of the three",
            )),
        }
    }
}

/// A connection's id, from outside.
pub(super) fn connection_id(account: u64, name: String) -> Result<ConnectionId> {
    // In the store, apps stand among connections under it.
    if account == 0 {
        return Err(Problem::malformed("no account has the number 0: name one of the configuration"));
    }
    Ok(ConnectionId { account, name: named("connection", name)? })
}

fn named(what: &str, name: String) -> Result<String> {
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(char::is_control) {
        return Err(Problem::malformed(format!("`{what}` has 1 to {LONGEST_NAME} characters on one line: correct it")));
    }
    Ok(name)
}

/// An app, or an account's connection, among members of other objects.
pub(super) fn place(id: &ConnectionId) -> Value {
    match id.app() {
        Some(app) => json!({ "app": app }),
        None => json!({ "account": id.account, "connection": id.name }),
    }
}

/// The schema of [`place`].
pub(super) fn place_schema() -> Value {
    json!({ "oneOf": [connection_schema(), app_schema()] })
}

fn connection_schema() -> Value {
    schema::object(&[
        ("account", schema::number("The CRM's number of the account")),
        ("connection", schema::text("The connection's name")),
    ])
}

fn app_schema() -> Value {
    schema::object(&[("app", schema::number("The CRM's number of the app"))])
}

/// The schema of [`Meant`].
pub(super) fn schema() -> Value {
    let plug = schema::text("Name or digest of a plug: all connections that it serves");
    json!({ "oneOf": [connection_schema(), app_schema(), schema::object(&[("plug", plug)])] })
}

/// `{"target": …}` alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Only {
    pub target: Meant,
}

/// The schema of [`Only`].
pub(super) fn only_schema() -> Value {
    schema::object(&[("target", schema())])
}

/// What a change made.
pub(super) fn changes(activated: &[Activated]) -> Value {
    let changes = activated
        .iter()
        .map(|one| json!({ "target": place(&one.connection), "from": one.from, "to": one.to, "plug": one.plug }));
    json!({ "changes": changes.collect::<Vec<_>>() })
}

/// The schema of [`changes`].
pub(super) fn changes_schema() -> Value {
    let change = schema::object(&[
        ("target", place_schema()),
        ("from", schema::number("The generation that was there")),
        ("to", schema::number("The generation that is there now, or is tried")),
        ("plug", schema::digest()),
    ]);
    schema::object(&[("changes", schema::list(change))])
}
