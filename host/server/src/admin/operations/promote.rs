//! `POST /promotions`: makes candidates live.

use serde_json::Value;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::Result;
use crate::admin::target;

pub(super) static PROMOTE: Operation = Operation {
    method: "POST",
    path: "/promotions",
    id: "promoteCandidate",
    summary: "Promote candidates",
    description: "Makes all candidates of the target live, or none if one cannot be. A token for one account may \
                  change only its own connections.",
    input: Input::Json(Shape { name: "TargetOnly", schema: target::request_schema }),
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 422],
    run: |call| Box::pin(promote(call)),
};

async fn promote(mut call: Call) -> Result<Value> {
    let target = target::requested(&mut call).await?;
    let activated = call.admin.lifecycle.promote(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "promoted a candidate");
    Ok(target::changes(&activated))
}
