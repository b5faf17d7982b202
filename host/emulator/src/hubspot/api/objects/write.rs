//! Creates, updates and archives objects.

use axum::http::StatusCode;
use axum::response::Response;

use super::{Scope, associations, body, no_object, view};
use crate::hubspot::api::error::ApiError;
use crate::hubspot::api::json::{self, Object};
use crate::hubspot::path::PathParam;

/// Handles POST. Returns 201.
pub async fn create(scope: Scope, Object(given): Object) -> Result<Response, ApiError> {
    let (objects, object_type) = (scope.objects(), scope.object_type);
    let properties =
        body::with_timestamp(object_type, body::properties(scope.hubspot.options(), object_type, &given)?)?;
    let associations = associations::parse(object_type, &given)?;
    let object = objects.create(objects.reserve(), scope.account, object_type, properties, associations)?;
    Ok(json::respond(StatusCode::CREATED, &view::whole(&object)))
}

/// Handles PATCH. Omitted properties keep their values.
pub async fn update(scope: Scope, PathParam(id): PathParam, Object(given): Object) -> Result<Response, ApiError> {
    let number = scope.find(&id, false).ok_or_else(|| no_object(&id))?.id;
    let properties = body::properties(scope.hubspot.options(), scope.object_type, &given)?;
    let object = scope.objects().update(scope.account, scope.object_type, number, properties)?;
    Ok(json::respond(StatusCode::OK, &view::whole(&object.ok_or_else(|| no_object(&id))?)))
}

/// Handles DELETE. Returns 204 even if the object is already archived.
pub async fn archive(scope: Scope, PathParam(id): PathParam) -> Result<StatusCode, ApiError> {
    let number = id.parse().map_err(|_| no_object(&id))?;
    let archived = scope.objects().archive(scope.account, scope.object_type, number);
    archived.then_some(StatusCode::NO_CONTENT).ok_or_else(|| no_object(&id))
}
