//! `GET /audit`: who changed what.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::store::AuditEntry;

use super::call::Call;
use super::operation::{Operation, Request, Shape, id, limit};
use super::problem::Result;
use super::schema;

/// `GET /audit`
pub(super) static AUDIT: Operation = Operation {
    method: "GET",
    path: "/audit",
    id: "getAudit",
    summary: "Tells who changed what, from what, to what; newest first.",
    description: "A token for one account sees what concerns its account.",
    parameters: &[id("account", "Only what concerns this account"), limit(1_000, 100)],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Audit", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(audit(call)),
};

async fn audit(call: Call) -> Result<Value> {
    let account = call.caller.scope(call.query.number("account"))?;
    let entries = call.admin.lifecycle.audits(account, call.query.limit()).await?;
    let entries: Vec<_> = entries.iter().map(told).collect();
    Ok(json!({ "entries": entries }))
}

fn told(entry: &AuditEntry) -> Value {
    json!({
        "sequence": entry.sequence, "at": rfc3339(entry.at).unwrap_or_default(), "who": entry.who,
        "what": entry.what, "account": entry.account, "target": entry.target, "from": entry.from, "to": entry.to,
    })
}

fn shape() -> Value {
    let entry = schema::object(&[
        ("sequence", schema::number("Grows with each entry")),
        ("at", schema::time("When it was done")),
        ("who", schema::text("The name of a token, `configuration`, or who else did it")),
        ("what", schema::text("What they did, such as activate")),
        ("account", schema::or_null(schema::number("The account that it concerns; null for what concerns all"))),
        ("target", schema::text("What it was done to")),
        ("from", schema::text("How that was before")),
        ("to", schema::text("How it is since")),
    ]);
    schema::object(&[("entries", schema::list(entry))])
}
