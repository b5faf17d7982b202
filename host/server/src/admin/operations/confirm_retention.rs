//! `POST /retention/confirmations`: confirms the clock, which resumes pruning.

use serde_json::Value;

use cordboard_bridge::lifecycle::audit_entry;
use cordboard_store::Change;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::Result;

use super::retention::{shape, view};

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

async fn confirm(call: Call) -> Result<Value> {
    call.caller.may_all("retention")?;
    let (retention, who) = (&call.admin.retention, &call.caller.name);
    let audit = audit_entry(who, "confirm", None, "retention".to_owned(), "resumed".to_owned());
    if retention.confirm(Change::Audit(audit)).await? {
        tracing::info!(actor = who, "clock confirmed; pruning resumed");
    }
    Ok(view(retention))
}
