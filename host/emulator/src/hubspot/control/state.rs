//! Endpoints for the emulator's state, log and faults.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded;

use super::http::{Json, Problem, respond};
use crate::hubspot::{Fault, HubSpot};

/// Handles GET of the state: everything except the log and secrets.
pub async fn state(State(hubspot): State<HubSpot>) -> Response {
    let (options, settings) = (hubspot.options(), &hubspot.state().settings);
    let (video, channel) = (settings.video.get(), settings.channel.get());
    let video = video.as_ref();
    let state = json!({
        "app": options.app,
        "accounts": options.accounts,
        "webhooks": {
            "createMeetingUrl": video.map(|video| &video.create),
            "updateMeetingUrl": video.and_then(|video| video.update.as_ref()),
            "deleteMeetingUrl": video.and_then(|video| video.delete.as_ref()),
            "userVerifyUrl": video.and_then(|video| video.verify.as_ref()),
            "phoneNumbersUrl": channel.as_ref().map(|channel| &channel.url),
            "phoneNumbersReady": channel.as_ref().map(|channel| channel.ready),
        },
        "signatures": options.signatures.to_string(),
        "faults": hubspot.faults(),
        "meetings": hubspot.state().meetings.all(),
    });
    respond(StatusCode::OK, &state)
}

/// Handles GET of the log, from the call `after` a number.
pub async fn calls(State(hubspot): State<HubSpot>, uri: Uri) -> Result<Response, Problem> {
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let after = match query.find(|(name, _)| name == "after") {
        None => 0,
        Some((_, number)) => number.parse().map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "`after` must be the number of a call: use 0 for all calls")
        })?,
    };
    Ok(respond(StatusCode::OK, &json!({ "calls": hubspot.calls(after) })))
}

/// All faults, in order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    faults: Vec<Fault>,
}

/// Handles GET: returns the remaining faults.
pub async fn faults(State(hubspot): State<HubSpot>) -> Response {
    respond(StatusCode::OK, &Faults { faults: hubspot.faults() })
}

/// Handles PUT: replaces all faults.
pub async fn set_faults(State(hubspot): State<HubSpot>, Json(given): Json<Faults>) -> Result<Response, Problem> {
    hubspot.set_faults(given.faults)?;
    Ok(faults(State(hubspot)).await)
}
