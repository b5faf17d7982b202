//! `GET /retention` and `POST /retention/confirmations`: show whether pruning is paused, and resume it.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_store::Change;

use super::acknowledge::entry;
use super::call::Call;
use super::operation::{Input, Operation, Shape};
use super::problem::Result;
use super::{Admin, schema};

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
    Ok(view(&call.admin))
}

async fn confirm(call: Call) -> Result<Value> {
    call.caller.may_all("retention")?;
    let (state, who) = (call.admin.state(), &call.caller.name);
    let audit = entry(who, "confirm", None, "retention".to_owned(), "resumed".to_owned());
    if state.retention.confirm(state.store.as_ref(), Change::Audit(audit)).await? {
        tracing::info!(actor = who, "clock confirmed; pruning resumed");
    }
    Ok(view(&call.admin))
}

fn view(admin: &Admin) -> Value {
    let state = admin.state();
    let retention = state.retention.state();
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    json!({
        "paused": retention.paused_at.is_some(), "pausedAt": retention.paused_at.map(time),
        "plausibleAt": time(retention.plausible_at),
        "retentionDays": state.limits.retention_period.as_secs() / (24 * 60 * 60),
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
