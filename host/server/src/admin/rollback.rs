//! `POST /rollbacks`: ends a trial, or returns to the previous generation.

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
    summary: "Roll back",
    description: "Ends the trial of a candidate, if there is one. Otherwise, the previous generation serves again, \
                  with its settings and secrets. A token for one account may change only its own connections.",
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
    tracing::info!(actor = call.caller.name, %target, "rolled back");
    Ok(target::changes(&activated))
}
