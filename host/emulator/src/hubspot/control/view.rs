//! Endpoints for the emulator's state and log.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde_json::json;
use url::form_urlencoded;

use super::body::answer;
use super::problem::Problem;
use crate::hubspot::HubSpot;

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
    answer(StatusCode::OK, &state)
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
    Ok(answer(StatusCode::OK, &json!({ "calls": hubspot.calls(after) })))
}
