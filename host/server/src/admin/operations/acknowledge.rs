//! `POST /acknowledgements`: marks leftovers as dealt with.

use cordboard_core::AccountId;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use cordboard_bridge::clock::now;
use cordboard_bridge::lifecycle::audit_entry;
use cordboard_store::{Change, ConnectionId, Cursor, LeftoverFilter, Store};

use crate::admin::call::{Call, present};
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::{Problem, Result};
use crate::admin::schema;

/// Maximum number of ids in one request.
const MAX_IDS: usize = 1_000;
/// Length of an id, and of the shortest prefix that may abbreviate it.
const ID_DIGITS: usize = 32;
const MIN_DIGITS: usize = 4;
/// Maximum number of lines in one commit, so that other commits do not wait long.
const BATCH: usize = 500;
/// Maximum number of commits in one request.
const MAX_BATCHES: usize = 200;

pub(super) static ACKNOWLEDGE: Operation = Operation {
    method: "POST",
    path: "/acknowledgements",
    id: "acknowledgeLeftovers",
    summary: "Acknowledge leftovers",
    description: "Acknowledged leftovers are no longer listed, and are pruned after the retention period. Requires \
                  either `ids` or `before`. A token for one account may acknowledge only leftovers of its account.",
    input: Input::Json(Shape { name: "AcknowledgeRequest", schema: request_schema }),
    answer: Shape { name: "Acknowledged", schema: shape },
    refusals: &[403, 404, 422],
    run: |call| Box::pin(acknowledge(call)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcknowledgeRequest {
    #[serde(default, deserialize_with = "present")]
    ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    before: Option<String>,
    #[serde(default, deserialize_with = "present")]
    account: Option<AccountId>,
}

async fn acknowledge(mut call: Call) -> Result<Value> {
    let AcknowledgeRequest { ids, before, account } = call.json(Some("ids")).await?;
    let account = call.caller.scope(account)?;
    let store = call.admin.store.as_ref();
    let who = &call.caller.name;
    let (acknowledged, more) = match (ids, before) {
        (Some(ids), None) => (by_id(store, who, &ids, account.as_ref()).await?, false),
        (None, Some(before)) => by_age(store, who, &before, account).await?,
        _ => return Err(Problem::malformed("invalid request: use either `ids` or `before`")),
    };
    tracing::info!(actor = who, acknowledged, "acknowledged leftovers");
    Ok(json!({ "acknowledged": acknowledged, "more": more }))
}

/// Acknowledges all of these lines, or none if one of them is unknown.
async fn by_id(store: &dyn Store, who: &str, ids: &[String], account: Option<&AccountId>) -> Result<usize> {
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(Problem::malformed(format!("`ids` must have 1 to {MAX_IDS} items: split the request")));
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(find(store, id, account).await?);
    }
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    found.dedup();
    let entries = found.iter().map(|(operation, connection)| {
        audit_entry(who, "acknowledge", Some(connection.account.clone()), operation.clone(), connection.to_string())
    });
    let mut changes: Vec<_> = entries.map(Change::Audit).collect();
    let operations: Vec<_> = found.into_iter().map(|(operation, _)| operation).collect();
    let count = operations.len();
    changes.push(Change::Acknowledge { operations, at: now() });
    store.commit(changes).await?;
    Ok(count)
}

/// Finds the line whose id starts with `id`.
async fn find(store: &dyn Store, id: &str, account: Option<&AccountId>) -> Result<(String, ConnectionId)> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if !(MIN_DIGITS..=ID_DIGITS).contains(&id.len()) || !id.bytes().all(is_digit) {
        return Err(Problem::malformed(format!(
            "invalid id: use {MIN_DIGITS} to {ID_DIGITS} lower-case hexadecimal digits of one that is listed"
        )));
    }
    let mut found = store.find_leftovers(id, account).await?.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Problem::rejected(format!("the id `{id}` is ambiguous: give more digits"))),
        (None, _) => Err(Problem::not_found(format!("no leftover has the id `{id}`: use one that is listed"))),
    }
}

/// Acknowledges the lines older than a time. Returns their number, and whether some remain for another request.
async fn by_age(store: &dyn Store, who: &str, before: &str, account: Option<AccountId>) -> Result<(usize, bool)> {
    let time: Timestamp = before
        .parse()
        .map_err(|_| Problem::malformed("invalid `before`: use a time such as 2030-01-31T00:00:00Z".to_owned()))?;
    let cursor = Cursor::at(u64::try_from(time.as_millisecond()).unwrap_or(0));
    let filter = LeftoverFilter { account: account.clone(), before: Some(cursor), acknowledged: false, limit: BATCH };
    let mut acknowledged = 0;
    for _ in 0..MAX_BATCHES {
        let mut operations: Vec<_> =
            store.leftovers(&filter).await?.into_iter().map(|leftover| leftover.operation).collect();
        // One operation may have two lines.
        operations.sort_unstable();
        operations.dedup();
        let count = operations.len();
        if count == 0 {
            return Ok((acknowledged, false));
        }
        let (target, to) = (format!("leftovers before {time}"), format!("{count} lines"));
        let audit = audit_entry(who, "acknowledge", account.clone(), target, to);
        store.commit(vec![Change::Audit(audit), Change::Acknowledge { operations, at: now() }]).await?;
        acknowledged += count;
    }
    Ok((acknowledged, true))
}

fn request_schema() -> Value {
    let id = json!({
        "type": "string", "pattern": format!("^[0-9a-f]{{{MIN_DIGITS},{ID_DIGITS}}}$"),
        "description": "Id of a leftover's operation, or an unambiguous prefix",
    });
    let ids = schema::with(schema::list(id), [("minItems", 1.into()), ("maxItems", MAX_IDS.into())]);
    let account = || ("account", schema::id_or_number("Restricts the request to this account"));
    json!({ "oneOf": [
        schema::object_of(&[("ids", ids), account()], &["ids"]),
        schema::object_of(&[("before", schema::time("Acknowledges all that are older")), account()], &["before"]),
    ] })
}

fn shape() -> Value {
    schema::object(&[
        ("acknowledged", schema::number("Number of acknowledged leftovers")),
        ("more", schema::boolean("Whether older leftovers remain; if so, send the request again")),
    ])
}
