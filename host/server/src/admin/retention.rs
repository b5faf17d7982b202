//! `GET /retention` and `POST /retention/confirmations`: show whether pruning is paused, and resume it.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_bridge::flow::Retention;
use cordboard_bridge::lifecycle::audit_entry;
use cordboard_store::Change;

use super::call::Call;
use super::operation::{Input, Operation, Shape};
use super::problem::Result;
use super::schema;

pub(super) static SHOW: Operation = Operation {
    method: "GET",
    path: "/retention",
    id: "getRetention",
    summary: "Show whether pruning is paused",
    description: "Old records are not pruned while the clock is far ahead of the newest record. Any token may do this.",
    input: Input::Query(&[]),
    answer: Shape { name: "Retention", schema: shape },
    refusals: &[],
    run: |call| Box::pin(show(call)),
};

pub(super) static CONFIRM: Operation = Operation {
    method: "POST",
    path: "/retention/confirmations",
    id: "confirmRetention",
    summary: "Confirm the clock and resume pruning",
    description: "Confirms that the clock is right, even if it is far ahead of the newest record. Does nothing if \
                  pruning is not paused. Requires a token for all accounts.",
    input: Input::Query(&[]),
    answer: Shape { name: "Retention", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(confirm(call)),
};

async fn show(call: Call) -> Result<Value> {
    Ok(view(&call.admin.retention))
}

async fn confirm(call: Call) -> Result<Value> {
    call.caller.may_all("retention")?;
    let (retention, who) = (&call.admin.retention, &call.caller.name);
    let audit = audit_entry(who, "confirm", None, "retention".to_owned(), "resumed".to_owned());
    if retention.confirm(Change::Audit(audit)).await? {
        tracing::info!(actor = who, "clock confirmed; pruning resumed");
    }
    Ok(view(retention))
}

fn view(retention: &Retention) -> Value {
    let state = retention.state();
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    json!({
        "paused": state.paused_at.is_some(), "pausedAt": state.paused_at.map(time),
        "plausibleAt": time(state.plausible_at),
        "retentionDays": retention.period().as_secs() / (24 * 60 * 60),
    })
}

fn shape() -> Value {
    schema::object(&[
        ("paused", schema::boolean("Whether pruning is paused")),
        ("pausedAt", schema::or_null(schema::time("When pruning paused, according to the clock that is far ahead"))),
        ("plausibleAt", schema::time("When the clock was last plausible")),
        ("retentionDays", schema::number("Retention period in days")),
    ])
}
