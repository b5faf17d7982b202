//! JSON in and out.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::error::ApiError;
use crate::hubspot::error::reasons;

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
    let is = media_type_of(headers).is_some_and(|given| given.eq_ignore_ascii_case(media_type));
    is.then_some(()).ok_or_else(|| {
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send this with `Content-Type: {media_type}`"))
    })
}

/// The media type of a request, without parameters.
pub fn media_type_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}

/// An answer of JSON.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json;charset=utf-8")], body.to_string()).into_response()
}
