//! `GET /audit`: who changed what.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::store::AuditEntry;

use super::call::Call;
use super::operation::{Kind, Operation, Parameter, Request, Shape, id, limit};
use super::problem::Result;
use super::schema::{self, MAX_ID};

/// `GET /audit`
pub(super) static AUDIT: Operation = Operation {
    method: "GET",
    path: "/audit",
    id: "getAudit",
    summary: "Tells who changed what, from what, to what; newest first.",
    description: "A token for one account sees what concerns its account. Where there is `more`, the next page is asked \
                  for with the last entry's `sequence` as `before`, down to the first entry that there is. Calls that \
                  were refused are not in it.",
    parameters: &[
        id("account", "Only what concerns this account"),
        Parameter {
            name: "before",
            kind: Kind::Number { min: 1, max: MAX_ID, default: None },
            summary: "Only entries before the one with this `sequence`",
        },
        limit(1_000, 100),
    ],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Audit", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(audit(call)),
};

async fn audit(call: Call) -> Result<Value> {
    let account = call.caller.scope(call.query.number("account"))?;
    let (limit, before) = (call.query.limit(), call.query.number("before"));
    let entries = call.admin.lifecycle.audits(account, before, limit.saturating_add(1)).await?;
    let more = entries.len() > limit;
    let entries: Vec<_> = entries.iter().take(limit).map(view).collect();
    Ok(json!({ "entries": entries, "more": more }))
}

fn view(entry: &AuditEntry) -> Value {
    json!({
        "sequence": entry.sequence, "at": rfc3339(entry.at).unwrap_or_default(), "actor": entry.who,
        "action": entry.what, "account": entry.account, "target": entry.target, "from": entry.from, "to": entry.to,
    })
}

fn shape() -> Value {
    let entry = schema::object(&[
        ("sequence", schema::number("Grows with each entry")),
        ("at", schema::time("When it was done")),
        ("actor", schema::text("The name of a token, `configuration`, or who else did it")),
        ("action", schema::text("What they did, such as activate")),
        ("account", schema::or_null(schema::number("The account that it concerns; null for what concerns all"))),
        ("target", schema::text("What it was done to")),
        ("from", schema::text("How that was before")),
        ("to", schema::text("How it is since")),
    ]);
    let more = schema::boolean("Whether there are more before these");
    schema::object(&[("entries", schema::list(entry)), ("more", more)])
}
