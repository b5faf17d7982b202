//! JSON in and out.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::hubspot::error::reasons;
use crate::hubspot::request_body;

/// The object that a request carries.
///
/// # Errors
/// 415 where it says that it carries something else, 400 where it is no JSON or no object.
pub fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    expect(headers, "application/json")?;
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::invalid("Invalid input JSON: an object is expected")),
        Err(error) => Err(ApiError::invalid(format!("Invalid input JSON: {}", reasons(&error)))),
    }
}

/// Whether a request says that it carries this.
///
/// # Errors
/// 415 where it does not.
pub fn expect(headers: &HeaderMap, media_type: &str) -> Result<(), ApiError> {
    request_body::expect(headers, media_type).map_err(|why| ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why))
}

/// An object with more members.
pub fn with(mut object: Value, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

/// An answer of JSON.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json;charset=utf-8")], body.to_string()).into_response()
}
