//! `POST /rollbacks`: ends the trial of a candidate, or goes back to the previous generation.

use serde_json::Value;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::Result;
use crate::admin::target;

pub(super) static ROLLBACK: Operation = Operation {
    method: "POST",
    path: "/rollbacks",
    id: "rollBack",
    summary: "Roll back",
    description: "Ends the trial of a candidate, if there is one. Otherwise, the previous generation serves again, \
                  with its settings and secrets. A token for one account may change only its own connections.",
    input: Input::Json(Shape { name: "TargetOnly", schema: target::request_schema }),
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 422],
    run: |call| Box::pin(roll_back(call)),
};

async fn roll_back(mut call: Call) -> Result<Value> {
    let target = target::requested(&mut call).await?;
    let activated = call.admin.lifecycle.rollback(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "rolled back");
    Ok(target::changes(&activated))
}
