//! Targets of a change, and the resulting generations.

use cordboard_core::{AccountId, AppId};
use serde::Deserialize;
use serde_json::{Value, json};

use cordboard_bridge::lifecycle::{Activated, Target};
use cordboard_store::{ConnectionId, OwnerId};

use super::call::{Call, present};
use super::caller::Caller;
use super::problem::{Problem, Result};
use super::schema::{self, MAX_NAME};

/// `{account, connection}`, `{app}` or `{plug}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct TargetRef {
    #[serde(default, deserialize_with = "present")]
    account: Option<AccountId>,
    #[serde(default, deserialize_with = "present")]
    connection: Option<String>,
    #[serde(default, deserialize_with = "present")]
    app: Option<AppId>,
    #[serde(default, deserialize_with = "present")]
    plug: Option<String>,
}

impl TargetRef {
    /// Returns the target, if the caller may change it.
    pub fn allowed(self, caller: &Caller) -> Result<Target> {
        match (self.account, self.connection, self.app, self.plug) {
            (Some(account), Some(connection), None, None) => {
                let id = connection_id(account, connection)?;
                caller.may_account(&id.account)?;
                Ok(Target::Connection(id))
            }
            (None, None, Some(app), None) => {
                caller.may_all("apps")?;
                Ok(Target::App(app))
            }
            (None, None, None, Some(plug)) => {
                let plug = named("plug", plug)?;
                caller.may_all("all connections of a plug")?;
                Ok(Target::Plug(plug))
            }
            _ => Err(Problem::malformed(
                "invalid target: use one of {\"account\", \"connection\"}, {\"app\"} and {\"plug\"}",
            )),
        }
    }
}

/// Validates the id of a connection.
pub(super) fn connection_id(account: AccountId, name: String) -> Result<ConnectionId> {
    Ok(ConnectionId { account, name: named("connection", name)? })
}

fn named(what: &str, name: String) -> Result<String> {
    if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        return Err(Problem::malformed(format!("invalid `{what}`: use 1 to {MAX_NAME} characters on one line")));
    }
    Ok(name)
}

/// Renders the id of an app or connection.
pub(super) fn owner(id: &OwnerId) -> Value {
    match id {
        OwnerId::App(app) => json!({ "app": app }),
        OwnerId::Connection(id) => json!({ "account": id.account, "connection": id.name }),
    }
}

/// Returns the schema of [`owner`].
pub(super) fn owner_schema() -> Value {
    let connection = schema::object(&[
        ("account", schema::id("The account's id at the CRM")),
        ("connection", schema::text("Name of the connection")),
    ]);
    let app = schema::object(&[("app", schema::id("The app's id at the CRM"))]);
    json!({ "oneOf": [connection, app] })
}

/// Returns the schema of [`TargetRef`].
pub(super) fn schema() -> Value {
    let connection = schema::object(&[
        ("account", schema::id_or_number("The account's id at the CRM")),
        ("connection", schema::name("Name of the connection")),
    ]);
    let app = schema::object(&[("app", schema::id_or_number("The app's id at the CRM"))]);
    let plug =
        schema::object(&[("plug", schema::name("Name or digest of a plug, to select all connections that use it"))]);
    json!({ "oneOf": [connection, app, plug] })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct TargetRequest {
    target: TargetRef,
}

/// Reads a request that has a target only. Returns the target, if the caller may change it.
pub(super) async fn requested(call: &mut Call) -> Result<Target> {
    let TargetRequest { target } = call.json(None).await?;
    target.allowed(&call.caller)
}

/// Returns the schema of the request that [`requested`] reads.
pub(super) fn request_schema() -> Value {
    schema::object(&[("target", schema())])
}

/// Renders the result of a change.
pub(super) fn changes(activated: &[Activated]) -> Value {
    let changes = activated
        .iter()
        .map(|one| json!({ "target": owner(&one.owner), "from": one.from, "to": one.to, "plug": one.plug }));
    json!({ "changes": changes.collect::<Vec<_>>() })
}

/// Returns the schema of [`changes`].
pub(super) fn changes_schema() -> Value {
    let change = schema::object(&[
        ("target", owner_schema()),
        ("from", schema::number("Number of the previous generation")),
        ("to", schema::number("Number of the new live or candidate generation")),
        ("plug", schema::digest()),
    ]);
    schema::object(&[("changes", schema::list(change))])
}
