//! `POST /promotions`: replaces the live generation with its candidate.

use axum::http::StatusCode;
use serde_json::Value;

use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::Result;
use super::target::{self, TargetRequest};

/// `POST /promotions`
pub(super) static PROMOTE: Operation = Operation {
    method: "POST",
    path: "/promotions",
    id: "promoteCandidate",
    summary: "Promote candidates",
    description: "Makes all candidates of the target live, or none if one cannot be. A token for one account may \
                  change only its own connections.",
    parameters: &[],
    request: Request::Json(Shape { name: "TargetOnly", schema: target::request_schema }),
    status: StatusCode::OK,
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 408, 413, 422],
    run: |call| Box::pin(promote(call)),
};

async fn promote(mut call: Call) -> Result<Value> {
    let TargetRequest { target } = call.json().await?;
    let target = target.allowed(&call.caller)?;
    let activated = call.admin.lifecycle.promote(&target, &call.caller.name).await?;
    tracing::info!(actor = call.caller.name, %target, "promoted a candidate");
    Ok(target::changes(&activated))
}
