//! `POST /diffs`: two plugs compared over what was asked of a connection before.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::lifecycle::Mismatch;

use super::call::{Call, present};
use super::operation::{Operation, Request, Shape};
use super::problem::{Problem, Result};
use super::target::connection_id;
use super::{plugs, schema};

/// Operations that may be compared at once.
const MAX_OPERATIONS: usize = 10_000;

/// `POST /diffs`
pub(super) static DIFF: Operation = Operation {
    method: "POST",
    path: "/diffs",
    id: "comparePlugs",
    summary: "Puts what was asked of a connection before to two plugs, and tells what they would answer differently.",
    description: "Nothing is done: both are given the answers from outside that came then, for as long as they ask for the \
                  same. The first effect that differs is the finding. A token for one account compares over its own \
                  connections only.",
    parameters: &[],
    request: Request::Json(Shape { name: "Comparison", schema: request }),
    status: StatusCode::OK,
    answer: Shape { name: "Diff", schema: shape },
    refusals: &[403, 404, 408, 413, 422],
    run: |call| Box::pin(diff(call)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct DiffRequest {
    one: String,
    other: String,
    account: u64,
    connection: String,
    #[serde(default, deserialize_with = "present")]
    last: Option<usize>,
}

async fn diff(mut call: Call) -> Result<Value> {
    let DiffRequest { one, other, account, connection, last } = call.json().await?;
    let id = connection_id(account, connection)?;
    call.caller.may_account(account)?;
    let last = last.unwrap_or(1000);
    if !(1..=MAX_OPERATIONS).contains(&last) {
        return Err(Problem::malformed(format!("`last` must be a number, 1 to {MAX_OPERATIONS}")));
    }
    let plugs = [plugs::find(&call.admin, &one).await?, plugs::find(&call.admin, &other).await?];
    let [one, other] = &plugs;
    let diff = call.admin.lifecycle.diff(one, other, &id, last).await?;
    let [from, to] = &diff.names;
    let to = format!("{to} (same: {} of {})", diff.same, diff.compared);
    call.admin.lifecycle.record_comparison(&call.caller.name, &id, from.clone(), to).await?;
    let (compared, same) = (diff.compared, diff.same);
    tracing::info!(actor = call.caller.name, connection = %id, compared, same, "compared plugs");
    let view = json!({
        "compared": diff.compared,
        "same": diff.same,
        "differences": diff.differences.iter().map(found).collect::<Vec<_>>(),
    });
    Ok(view)
}

fn found(found: &Mismatch) -> Value {
    json!({
        "operation": found.id, "kind": found.kind, "at": rfc3339(found.at).unwrap_or_default(),
        "after": found.difference.after, "one": found.difference.one.json(), "other": found.difference.other.json(),
    })
}

fn request() -> Value {
    let members = [
        (
            "one",
            plugs::reference_schema(
                "Digest of a plug that was pushed, or name of a built-in one: the live one, mostly",
            ),
        ),
        ("other", plugs::reference_schema("Likewise: the candidate")),
        ("account", schema::id("The CRM's number of the account")),
        ("connection", schema::name("The connection's name")),
        (
            "last",
            schema::number_of(
                1,
                MAX_OPERATIONS as u64,
                "How many operations and deliveries, newest first; 1000 unless given",
            ),
        ),
    ];
    schema::object_of(&members, &["one", "other", "account", "connection"])
}

fn shape() -> Value {
    let step =
        || json!({ "type": "object", "description": "An `effect`, a `result`, a `failure`, or how it is `broken`" });
    let found = schema::object(&[
        ("operation", schema::text("The id of the operation, or of the delivery")),
        ("kind", schema::text("What was asked for, such as create")),
        ("at", schema::time("When it was asked")),
        ("after", schema::number("How many effects both had in common")),
        ("one", step()),
        ("other", step()),
    ]);
    schema::object(&[
        ("compared", schema::number("How many operations and deliveries were put to both")),
        ("same", schema::number("How many they answer alike")),
        ("differences", schema::list(found)),
    ])
}
