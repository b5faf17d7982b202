//! Reads and writes JSON bodies.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::hubspot::error::error_chain;
use crate::hubspot::request_body;

/// Extractor for the JSON object in a request's body.
pub struct Object(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await;
        object(&headers, &body.map_err(|rejection| ApiError::invalid(rejection.body_text()))?).map(Self)
    }
}

/// Parses the JSON object in a request's body.
///
/// # Errors
/// Returns 415 for another media type, and 400 if the body is not a JSON object.
pub fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    require_media_type(headers, "application/json")?;
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::invalid("Invalid input JSON: expected an object")),
        Err(error) => Err(ApiError::invalid(format!("Invalid input JSON: {}", error_chain(&error)))),
    }
}

/// Checks the media type of a request.
///
/// # Errors
/// Returns 415 for another media type.
pub fn require_media_type(headers: &HeaderMap, media_type: &str) -> Result<(), ApiError> {
    request_body::require_media_type(headers, media_type)
        .map_err(|why| ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why))
}

/// Adds members to an object.
pub fn with(mut object: Value, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

/// Builds a JSON response.
pub fn respond(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json;charset=utf-8")], body.to_string()).into_response()
}
