//! `GET /retention` and `POST /retention/confirmations`: whether what is old is pruned, and the operator's word that the
//! clock is right.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::flow::BridgeState;
use crate::store::Change;

use super::acknowledge::entry;
use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::Result;
use super::schema;

/// `GET /retention`
pub(super) static SHOW: Operation = Operation {
    method: "GET",
    path: "/retention",
    id: "getRetention",
    summary: "Tells whether old records are pruned, or pruning is paused because the clock is far ahead of them.",
    description: "Any token may.",
    parameters: &[],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Retention", schema: shape },
    refusals: &[],
    run: |call| Box::pin(show(call)),
};

/// `POST /retention/confirmations`
pub(super) static CONFIRM: Operation = Operation {
    method: "POST",
    path: "/retention/confirmations",
    id: "confirmRetention",
    summary: "Confirms that the clock is right, however long nothing was recorded: pruning resumes at once.",
    description: "Wants a token for all. Where pruning is not paused, nothing changes.",
    parameters: &[],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Retention", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(confirm(call)),
};

async fn show(call: Call) -> Result<Value> {
    Ok(view(call.admin.lifecycle.state()))
}

async fn confirm(call: Call) -> Result<Value> {
    call.caller.may_all("retention concerns")?;
    let (state, who) = (call.admin.lifecycle.state(), &call.caller.name);
    let audit = entry(who, "confirm", None, "retention".to_owned(), "resumed".to_owned());
    if state.retention.confirm(state.store.as_ref(), Change::Audit(audit)).await? {
        tracing::info!(actor = who, "retention resumes: the clock was confirmed");
    }
    Ok(view(state))
}

fn view(state: &BridgeState) -> Value {
    let retention = state.retention.state();
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    json!({
        "paused": retention.paused_at.is_some(), "pausedAt": retention.paused_at.map(time),
        "plausibleAt": time(retention.plausible_at), "retentionDays": state.limits.retention_period.as_secs() / (24 * 60 * 60),
    })
}

fn shape() -> Value {
    schema::object(&[
        ("paused", schema::boolean("Whether pruning is paused")),
        ("pausedAt", schema::or_null(schema::time("Since when, by the clock that is far ahead"))),
        ("plausibleAt", schema::time("When the clock was last plausible")),
        ("retentionDays", schema::number("For how many days records are kept")),
    ])
}
