//! Creates, updates and archives objects.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{associations, body, no_object, view};
use crate::hubspot::HubSpot;
use crate::hubspot::api::account::Account;
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::json;
use crate::hubspot::path::Named;
use crate::hubspot::state::objects::ObjectType;

/// Handles POST. Returns 201.
pub async fn create(
    State(hubspot): State<HubSpot>,
    Extension(Account(account)): Extension<Account>,
    Extension(object_type): Extension<ObjectType>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let given = json::object(&headers, &bytes)?;
    let properties = body::with_time(object_type, body::properties(hubspot.options(), object_type, &given)?)?;
    let associations = associations::parse(object_type, &given)?;
    let objects = &hubspot.state().objects;
    let object = objects.create(objects.reserve(), account, object_type, properties, associations)?;
    Ok(json::answer(StatusCode::CREATED, &view::whole(&object)))
}

/// Handles PATCH. Omitted properties keep their values.
pub async fn update(
    State(hubspot): State<HubSpot>,
    Extension(Account(account)): Extension<Account>,
    Extension(object_type): Extension<ObjectType>,
    Named(id): Named,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let given = json::object(&headers, &bytes)?;
    let number = id.parse().map_err(|_| no_object(&id))?;
    hubspot.state().objects.get(account, object_type, false, number).ok_or_else(|| no_object(&id))?;
    let properties = body::properties(hubspot.options(), object_type, &given)?;
    let object = hubspot.state().objects.update(account, object_type, number, properties)?;
    Ok(json::answer(StatusCode::OK, &view::whole(&object.ok_or_else(|| no_object(&id))?)))
}

/// Handles DELETE. Returns 204 even if the object is already archived.
pub async fn archive(
    State(hubspot): State<HubSpot>,
    Extension(Account(account)): Extension<Account>,
    Extension(object_type): Extension<ObjectType>,
    Named(id): Named,
) -> Result<StatusCode, ApiError> {
    let number = id.parse().map_err(|_| no_object(&id))?;
    let archived = hubspot.state().objects.archive(account, object_type, number);
    archived.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_object(&id))
}
