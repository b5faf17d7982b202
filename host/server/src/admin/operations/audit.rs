//! `GET /audit`: lists changes and who made them.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_store::AuditEntry;

use crate::admin::call::{Call, page};
use crate::admin::operation::{Input, Kind, Operation, Parameter, Shape, id, limit};
use crate::admin::problem::Result;
use crate::admin::schema::{self, MAX_NUMBER};

pub(super) static AUDIT: Operation = Operation {
    method: "GET",
    path: "/audit",
    id: "getAudit",
    summary: "List changes",
    description: "Lists who changed what, newest first. If `more` is true, get the next page with the last entry's \
                  `sequence` as `before`. Refused requests are not recorded. A token for one account sees only entries \
                  about its account.",
    input: Input::Query(&[
        id("account", "Only entries about this account"),
        Parameter {
            name: "before",
            kind: Kind::Number { min: 1, max: MAX_NUMBER, default: None },
            summary: "Only entries with a smaller `sequence`",
        },
        limit(1_000, 100),
    ]),
    answer: Shape { name: "Audit", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(audit(call)),
};

async fn audit(call: Call) -> Result<Value> {
    let account = call.caller.scope(call.query.get("account"))?;
    let (limit, before) = (call.query.limit(), call.query.get("before"));
    let entries = call.admin.store.audits(account.as_ref(), before, limit.saturating_add(1)).await?;
    Ok(page("entries", entries.iter().map(view).collect(), limit))
}

fn view(entry: &AuditEntry) -> Value {
    json!({
        "sequence": entry.sequence, "at": rfc3339(entry.at).unwrap_or_default(), "actor": entry.actor,
        "action": entry.action, "account": entry.account, "target": entry.target, "from": entry.from, "to": entry.to,
    })
}

fn shape() -> Value {
    let entry = schema::object(&[
        ("sequence", schema::number("Increases with each entry")),
        ("at", schema::time("When the change was made")),
        ("actor", schema::text("Who made the change: the name of a token, `configuration`, or another actor")),
        ("action", schema::text("What was done, such as activate")),
        ("account", schema::or_null(schema::id("Id of the account; null if the change concerns all accounts"))),
        ("target", schema::text("What was changed")),
        ("from", schema::text("State before the change")),
        ("to", schema::text("State after the change")),
    ]);
    schema::page("entries", entry, "Whether there are older entries")
}
