//! Endpoint for faults.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::body::{Json, answer};
use super::problem::Problem;
use crate::hubspot::{Fault, HubSpot};

/// All faults, in order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    faults: Vec<Fault>,
}

/// Handles GET: returns the remaining faults.
pub async fn all(State(hubspot): State<HubSpot>) -> Response {
    answer(StatusCode::OK, &Faults { faults: hubspot.faults() })
}

/// Handles PUT: replaces all faults.
pub async fn set(State(hubspot): State<HubSpot>, Json(given): Json<Faults>) -> Result<Response, Problem> {
    hubspot.set_faults(given.faults)?;
    Ok(all(State(hubspot)).await)
}
