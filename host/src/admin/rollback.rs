//! `POST /rollbacks`: back to what was before, in one step.

use axum::http::StatusCode;
use serde_json::Value;

use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::Result;
use super::target::{self, TargetRequest};

/// `POST /rollbacks`
pub(super) static ROLLBACK: Operation = Operation {
    method: "POST",
    path: "/rollbacks",
    id: "rollBack",
    summary: "Ends the trial of a candidate, where there is one; else the generation before serves again, with the \
              settings and secrets that it had.",
    description: "A token for one account may change its own connections only.",
    parameters: &[],
    request: Request::Json(Shape { name: "TargetOnly", schema: target::request_schema }),
    status: StatusCode::OK,
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 408, 413, 422],
    run: |call| Box::pin(roll_back(call)),
};

async fn roll_back(mut call: Call) -> Result<Value> {
    let TargetRequest { target } = call.json().await?;
    let target = target.allowed(&call.caller)?;
    let activated = call.admin.lifecycle.rollback(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "it was rolled back");
    Ok(target::changes(&activated))
}
