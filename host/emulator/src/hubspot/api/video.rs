//! Settings of the video conference extension, `…/videoconferencing/settings/{appId}`. PUT replaces all of them.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value};

use super::address::member;
use super::auth::Developer;
use super::error::ApiError;
use super::json::{self, Object};
use super::paths;
use crate::hubspot::HubSpot;
use crate::hubspot::state::settings::Video;

/// Routes the endpoint in every version.
pub fn router() -> Router<HubSpot> {
    let dated = |version| format!("/crm/extensions/videoconferencing/{version}/settings/{{app}}");
    let paths = paths("/crm/v3/extensions/videoconferencing/settings/{app}", dated);
    paths.fold(Router::new(), |router, path| router.route(&path, get(read).put(replace).delete(remove)))
}

async fn read(State(hubspot): State<HubSpot>, _: Developer) -> Result<Response, ApiError> {
    let video = hubspot.state().settings.video.get().ok_or_else(not_set)?;
    Ok(json::respond(StatusCode::OK, &to_json(&hubspot, &video)))
}

async fn replace(State(hubspot): State<HubSpot>, _: Developer, Object(body): Object) -> Result<Response, ApiError> {
    let video = parse(&body)?;
    hubspot.state().settings.video.set(video.clone());
    Ok(json::respond(StatusCode::OK, &to_json(&hubspot, &video)))
}

async fn remove(State(hubspot): State<HubSpot>, _: Developer) -> Result<StatusCode, ApiError> {
    hubspot.state().settings.video.remove().then_some(StatusCode::NO_CONTENT).ok_or_else(not_set)
}

fn not_set() -> ApiError {
    ApiError::not_found("this app has no settings for video conferences: set them with PUT")
}

fn parse(body: &Map<String, Value>) -> Result<Video, ApiError> {
    let mut errors = Vec::new();
    let mut url = |name| member(body, name, &mut errors);
    let create = url("createMeetingUrl");
    let (update, delete, verify) = (url("updateMeetingUrl"), url("deleteMeetingUrl"), url("userVerifyUrl"));
    let fetch_accounts = url("fetchAccountsUri");
    if body.get("createMeetingUrl").is_none_or(Value::is_null) {
        errors.push(("createMeetingUrl".to_owned(), "is required".to_owned()));
    }
    match create {
        Some(create) if errors.is_empty() => Ok(Video { create, update, delete, verify, fetch_accounts }),
        _ => Err(ApiError::invalid_members(&errors)),
    }
}

fn to_json(hubspot: &HubSpot, video: &Video) -> Value {
    let members = [
        ("createMeetingUrl", Some(&video.create)),
        ("updateMeetingUrl", video.update.as_ref()),
        ("deleteMeetingUrl", video.delete.as_ref()),
        ("userVerifyUrl", video.verify.as_ref()),
        ("fetchAccountsUri", video.fetch_accounts.as_ref()),
    ];
    let shown = members.into_iter().filter(|(_, url)| url.is_some() || hubspot.options().null_for_unset);
    shown.map(|(name, url)| (name.to_owned(), url.cloned().map_or(Value::Null, Value::String))).collect()
}
