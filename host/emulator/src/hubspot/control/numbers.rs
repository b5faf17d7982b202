//! Endpoint for requesting phone numbers. It returns 502 if the app's webhook fails.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::body::{Json, answer};
use super::finish;
use super::problem::Problem;
use crate::hubspot::HubSpot;

/// The user who wants to connect a number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumbersRequest {
    account_id: u64,
    user_id: u64,
}

/// Handles POST. Returns 200.
pub async fn ask(State(hubspot): State<HubSpot>, Json(request): Json<NumbersRequest>) -> Result<Response, Problem> {
    let numbers = finish(async move { hubspot.phone_numbers(request.account_id, request.user_id).await }).await?;
    let status = if numbers.problem.is_some() { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
    Ok(answer(status, &numbers))
}
