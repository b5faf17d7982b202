//! The help desk's channel connection, `…/settings/channel-connection`: the address for requesting users' numbers.
//!
//! HubSpot does not document what POST does if there is a connection already. Here it returns 409; PATCH changes it.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json as value};

use super::address::member;
use super::auth::Developer;
use super::error::ApiError;
use super::json::{self, Object};
use super::paths;
use crate::hubspot::state::settings::Channel;
use crate::hubspot::{HubSpot, clock};

/// Routes the endpoint in every version.
pub fn router() -> Router<HubSpot> {
    let dated = |version| format!("/crm/extensions/calling/{version}/{{app}}/settings/channel-connection");
    let paths = paths("/crm/v3/extensions/calling/{app}/settings/channel-connection", dated);
    paths.fold(Router::new(), |router, path| router.route(&path, get(read).post(create).patch(update).delete(remove)))
}

async fn read(State(hubspot): State<HubSpot>, _: Developer) -> Result<Response, ApiError> {
    let channel = hubspot.state().settings.channel.get().ok_or_else(not_set)?;
    Ok(json::respond(StatusCode::OK, &to_json(&channel)))
}

async fn create(State(hubspot): State<HubSpot>, _: Developer, Object(body): Object) -> Result<Response, ApiError> {
    let (Some(url), Some(ready)) = parse(&body)? else {
        let missing = ["url", "isReady"].into_iter().filter(|member| body.get(*member).is_none_or(Value::is_null));
        let errors: Vec<_> = missing.map(|member| (member.to_owned(), "is required".to_owned())).collect();
        return Err(ApiError::invalid_members(&errors));
    };
    let now = clock::now();
    let new = Channel { url, ready, created_at: now, updated_at: now };
    let channel = hubspot.state().settings.channel.update(|old| old.is_none().then_some(new)).ok_or_else(|| {
        let why = "this app already has a channel connection: change it with PATCH";
        ApiError::of(StatusCode::CONFLICT, "CONFLICT", why)
    })?;
    Ok(json::respond(StatusCode::OK, &to_json(&channel)))
}

async fn update(State(hubspot): State<HubSpot>, _: Developer, Object(body): Object) -> Result<Response, ApiError> {
    let (url, ready) = parse(&body)?;
    let updated = hubspot.state().settings.channel.update(|old| {
        let old = old?.clone();
        let (url, ready) = (url.unwrap_or(old.url), ready.unwrap_or(old.ready));
        Some(Channel { url, ready, updated_at: clock::now(), ..old })
    });
    let channel = updated.ok_or_else(not_set)?;
    Ok(json::respond(StatusCode::OK, &to_json(&channel)))
}

async fn remove(State(hubspot): State<HubSpot>, _: Developer) -> Result<StatusCode, ApiError> {
    hubspot.state().settings.channel.remove().then_some(StatusCode::NO_CONTENT).ok_or_else(not_set)
}

fn not_set() -> ApiError {
    ApiError::not_found("this app has no channel connection: create one with POST")
}

fn parse(body: &Map<String, Value>) -> Result<(Option<String>, Option<bool>), ApiError> {
    let mut errors = Vec::new();
    let url = member(body, "url", &mut errors);
    let ready = match body.get("isReady") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(ready)) => Some(*ready),
        Some(_) => {
            errors.push(("isReady".to_owned(), "must be true or false".to_owned()));
            None
        }
    };
    if errors.is_empty() { Ok((url, ready)) } else { Err(ApiError::invalid_members(&errors)) }
}

fn to_json(channel: &Channel) -> Value {
    value!({
        "url": channel.url,
        "isReady": channel.ready,
        "createdAt": clock::iso(channel.created_at),
        "updatedAt": clock::iso(channel.updated_at),
    })
}
