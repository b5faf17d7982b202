//! `POST /diffs`: compares two plugs on past requests to a connection.

use cordboard_core::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_bridge::lifecycle::{Diff, Mismatch, audit_entry};
use cordboard_store::{AuditEntry, Change};

use crate::admin::call::{Call, present};
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::{Problem, Result};
use crate::admin::target::connection_id;
use crate::admin::{plug_ref, schema};

/// Maximum number of operations to compare.
const MAX_OPERATIONS: usize = 10_000;

pub(super) static DIFF: Operation = Operation {
    method: "POST",
    path: "/diffs",
    id: "comparePlugs",
    summary: "Compare two plugs",
    description: "Replays past requests to a connection with two plugs and reports where they differ. No effects are \
                  performed: both plugs get the recorded results for as long as they return the same effects. The \
                  first different effect is reported. A token for one account may compare only on its own connections.",
    input: Input::Json(Shape { name: "Comparison", schema: request }),
    answer: Shape { name: "Diff", schema: shape },
    refusals: &[403, 404, 422],
    run: |call| Box::pin(diff(call)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct DiffRequest {
    one: String,
    other: String,
    account: AccountId,
    connection: String,
    #[serde(default, deserialize_with = "present")]
    last: Option<usize>,
}

async fn diff(mut call: Call) -> Result<Value> {
    let DiffRequest { one, other, account, connection, last } = call.json(None).await?;
    let id = connection_id(account, connection)?;
    call.caller.may_account(&id.account)?;
    let last = last.unwrap_or(1000);
    if !(1..=MAX_OPERATIONS).contains(&last) {
        return Err(Problem::malformed(format!("`last` must be a number from 1 to {MAX_OPERATIONS}")));
    }
    let plugs = [plug_ref::find(&call.admin, &one).await?, plug_ref::find(&call.admin, &other).await?];
    let [one, other] = &plugs;
    let diff = call.admin.lifecycle.diff(one, other, &id, last).await?;
    let Diff { compared, same, differences, names: [from, to] } = diff;
    let (who, to) = (&call.caller.name, format!("{to} (same: {same} of {compared})"));
    let audit = audit_entry(who, "compare", Some(id.account.clone()), id.to_string(), to);
    call.admin.store.commit(vec![Change::Audit(AuditEntry { from, ..audit })]).await?;
    tracing::info!(actor = who, connection = %id, compared, same, "compared plugs");
    Ok(json!({
        "compared": compared, "same": same, "differences": differences.iter().map(mismatch).collect::<Vec<_>>(),
    }))
}

fn mismatch(found: &Mismatch) -> Value {
    json!({
        "operation": found.id, "kind": found.kind, "at": rfc3339(found.at).unwrap_or_default(),
        "after": found.difference.after, "one": found.difference.one.json(), "other": found.difference.other.json(),
    })
}

fn request() -> Value {
    let members = [
        (
            "one",
            plug_ref::reference_schema("Digest of a pushed plug, or name of a built-in one; usually the live plug"),
        ),
        ("other", plug_ref::reference_schema("Digest or name of the plug to compare with; usually the candidate")),
        ("account", schema::id_or_number("The account's id at the CRM")),
        ("connection", schema::name("Name of the connection")),
        (
            "last",
            schema::number_of(
                1,
                MAX_OPERATIONS as u64,
                "Number of operations and inbound webhook requests to compare, newest first; 1000 by default",
            ),
        ),
    ];
    schema::object_of(&members, &["one", "other", "account", "connection"])
}

fn shape() -> Value {
    let step = || json!({ "type": "object", "description": "One of `effect`, `result`, `failure` and `broken`" });
    let mismatch = schema::object(&[
        ("operation", schema::text("Id of the operation or inbound webhook request")),
        ("kind", schema::text("Kind of operation, such as create")),
        ("at", schema::time("When the request was made")),
        ("after", schema::number("Number of identical effects before the difference")),
        ("one", step()),
        ("other", step()),
    ]);
    schema::object(&[
        ("compared", schema::number("Number of operations and inbound webhook requests replayed")),
        ("same", schema::number("Number with identical results")),
        ("differences", schema::list(mismatch)),
    ])
}
