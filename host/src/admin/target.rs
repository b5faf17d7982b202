//! Whom a change is for, and what came of it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::lifecycle::{Activated, Target};
use crate::store::ConnectionId;

use super::call::present;
use super::caller::Caller;
use super::problem::{Problem, Result};
use super::schema::{self, MAX_ID, MAX_NAME};

/// `{account, connection}`, `{app}` or `{plug}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct TargetRef {
    #[serde(default, deserialize_with = "present")]
    account: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    connection: Option<String>,
    #[serde(default, deserialize_with = "present")]
    app: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    plug: Option<String>,
}

impl TargetRef {
    /// The target, where the caller may change it.
    pub fn allowed(self, caller: &Caller) -> Result<Target> {
        match (self.account, self.connection, self.app, self.plug) {
            (Some(account), Some(connection), None, None) => {
                let id = connection_id(account, connection)?;
                caller.may_account(account)?;
                Ok(Target::Connection(id))
            }
            (None, None, Some(app), None) => {
                let app = number("app", app)?;
                caller.may_all("an app serves")?;
                Ok(Target::App(app))
            }
            (None, None, None, Some(plug)) => {
                let plug = named("plug", plug)?;
                caller.may_all("all that use a plug are")?;
                Ok(Target::Plug(plug))
            }
            _ => Err(Problem::malformed(
                "`target` is one of {\"account\", \"connection\"}, {\"app\"} and {\"plug\"}: name one of the three",
            )),
        }
    }
}

/// A connection's id, from outside.
pub(super) fn connection_id(account: u64, name: String) -> Result<ConnectionId> {
    Ok(ConnectionId { account: number("account", account)?, name: named("connection", name)? })
}

/// The number of an account or app. In the store, apps stand among connections under the number 0.
fn number(what: &str, number: u64) -> Result<u64> {
    if !(1..=MAX_ID).contains(&number) {
        return Err(Problem::malformed(format!("no {what} has the number {number}: name one of the configuration")));
    }
    Ok(number)
}

fn named(what: &str, name: String) -> Result<String> {
    if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        return Err(Problem::malformed(format!("`{what}` has 1 to {MAX_NAME} characters on one line: correct it")));
    }
    Ok(name)
}

/// An app, or an account's connection, among members of other objects.
pub(super) fn owner(id: &ConnectionId) -> Value {
    match id.app() {
        Some(app) => json!({ "app": app }),
        None => json!({ "account": id.account, "connection": id.name }),
    }
}

/// The schema of [`owner`].
pub(super) fn owner_schema() -> Value {
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

/// The schema of [`TargetRef`].
pub(super) fn schema() -> Value {
    let connection = schema::object(&[
        ("account", schema::id("The CRM's number of the account")),
        ("connection", schema::name("The connection's name")),
    ]);
    let app = schema::object(&[("app", schema::id("The CRM's number of the app"))]);
    let plug = schema::object(&[("plug", schema::name("Name or digest of a plug: all connections that it serves"))]);
    json!({ "oneOf": [connection, app, plug] })
}

/// `{"target": …}` alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct TargetRequest {
    pub target: TargetRef,
}

/// The schema of [`TargetRequest`].
pub(super) fn request_schema() -> Value {
    schema::object(&[("target", schema())])
}

/// What a change made.
pub(super) fn changes(activated: &[Activated]) -> Value {
    let changes = activated
        .iter()
        .map(|one| json!({ "target": owner(&one.connection), "from": one.from, "to": one.to, "plug": one.plug }));
    json!({ "changes": changes.collect::<Vec<_>>() })
}

/// The schema of [`changes`].
pub(super) fn changes_schema() -> Value {
    let change = schema::object(&[
        ("target", owner_schema()),
        ("from", schema::number("The generation that was there")),
        ("to", schema::number("The generation that is there now, or is tried")),
        ("plug", schema::digest()),
    ]);
    schema::object(&[("changes", schema::list(change))])
}
