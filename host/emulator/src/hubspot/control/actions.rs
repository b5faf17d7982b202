//! Endpoints for the actions of a user. They return 502 if the app's webhook fails.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::http::{Json, Problem, respond};
use crate::hubspot::path::PathParam;
use crate::hubspot::{Change, HubSpot, NewMeeting, RequestError};

/// Books a meeting. Returns 201.
pub async fn book(State(hubspot): State<HubSpot>, Json(new): Json<NewMeeting>) -> Result<Response, Problem> {
    let booking = complete(async move { hubspot.book(&new).await }).await?;
    Ok(result(StatusCode::CREATED, booking.meeting.problem.as_ref(), &booking))
}

/// Changes a meeting. Returns 200.
pub async fn change(
    State(hubspot): State<HubSpot>,
    PathParam(id): PathParam,
    Json(change): Json<Change>,
) -> Result<Response, Problem> {
    let booking = complete(async move { hubspot.change(&id, &change).await }).await?;
    Ok(result(StatusCode::OK, booking.meeting.problem.as_ref(), &booking))
}

/// Cancels a meeting. Returns 200.
pub async fn cancel(State(hubspot): State<HubSpot>, PathParam(id): PathParam) -> Result<Response, Problem> {
    let booking = complete(async move { hubspot.cancel(&id).await }).await?;
    Ok(result(StatusCode::OK, booking.meeting.problem.as_ref(), &booking))
}

/// The user who wants to connect a number.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumbersRequest {
    account_id: u64,
    user_id: u64,
}

/// Requests a user's phone numbers. Returns 200.
pub async fn phone_numbers(
    State(hubspot): State<HubSpot>,
    Json(request): Json<NumbersRequest>,
) -> Result<Response, Problem> {
    let numbers = complete(async move { hubspot.phone_numbers(request.account_id, request.user_id).await }).await?;
    Ok(result(StatusCode::OK, numbers.problem.as_ref(), &numbers))
}

/// Completes an action even if the client disconnects, since its webhooks may already have been called.
async fn complete<T: Send + 'static>(
    action: impl Future<Output = Result<T, RequestError>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(action).await;
    Ok(done.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the action was interrupted: try again"))??)
}

fn result(status: StatusCode, problem: Option<&String>, value: &impl Serialize) -> Response {
    respond(if problem.is_some() { StatusCode::BAD_GATEWAY } else { status }, value)
}
