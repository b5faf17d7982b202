//! `GET /retention`: shows whether pruning is paused.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_bridge::flow::Retention;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::Result;
use crate::admin::schema;

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

async fn show(call: Call) -> Result<Value> {
    Ok(view(&call.admin.retention))
}

pub(super) fn view(retention: &Retention) -> Value {
    let state = retention.state();
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    json!({
        "paused": state.paused_at.is_some(), "pausedAt": state.paused_at.map(time),
        "plausibleAt": time(state.plausible_at),
        "retentionDays": retention.period().as_secs() / (24 * 60 * 60),
    })
}

pub(super) fn shape() -> Value {
    schema::object(&[
        ("paused", schema::boolean("Whether pruning is paused")),
        ("pausedAt", schema::or_null(schema::time("When pruning paused, according to the clock that is far ahead"))),
        ("plausibleAt", schema::time("When the clock was last plausible")),
        ("retentionDays", schema::number("Retention period in days")),
    ])
}
