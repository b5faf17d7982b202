//! Endpoints for booking, changing and cancelling meetings. They return 502 if the app's webhook fails.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::body::{Json, answer};
use super::finish;
use super::problem::Problem;
use crate::hubspot::path::Named;
use crate::hubspot::{Booking, Change, HubSpot, NewMeeting};

/// Handles POST. Returns 201.
pub async fn book(State(hubspot): State<HubSpot>, Json(new): Json<NewMeeting>) -> Result<Response, Problem> {
    let booking = finish(async move { hubspot.book(&new).await }).await?;
    Ok(view(StatusCode::CREATED, &booking))
}

/// Handles PATCH. Returns 200.
pub async fn change(
    State(hubspot): State<HubSpot>,
    Named(id): Named,
    Json(change): Json<Change>,
) -> Result<Response, Problem> {
    let booking = finish(async move { hubspot.change(&id, &change).await }).await?;
    Ok(view(StatusCode::OK, &booking))
}

/// Handles DELETE. Returns 200.
pub async fn cancel(State(hubspot): State<HubSpot>, Named(id): Named) -> Result<Response, Problem> {
    let booking = finish(async move { hubspot.cancel(&id).await }).await?;
    Ok(view(StatusCode::OK, &booking))
}

fn view(status: StatusCode, booking: &Booking) -> Response {
    let status = if booking.meeting.problem.is_some() { StatusCode::BAD_GATEWAY } else { status };
    answer(status, booking)
}
