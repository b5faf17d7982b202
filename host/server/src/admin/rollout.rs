//! `POST /promotions` and `POST /rollbacks`: end a trial with the candidate or without it.

use serde_json::Value;

use super::call::Call;
use super::operation::{Input, Operation, Shape};
use super::problem::Result;
use super::target;

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

async fn promote(mut call: Call) -> Result<Value> {
    let target = target::requested(&mut call).await?;
    let activated = call.admin.lifecycle.promote(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "promoted a candidate");
    Ok(target::changes(&activated))
}

async fn roll_back(mut call: Call) -> Result<Value> {
    let target = target::requested(&mut call).await?;
    let activated = call.admin.lifecycle.rollback(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "rolled back");
    Ok(target::changes(&activated))
}
