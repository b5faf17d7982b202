//! JSON bodies, and errors as `application/problem+json` (RFC 9457).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::MAX_BODY_BYTES;
use crate::hubspot::error::error_chain;
use crate::hubspot::{RequestError, request_body};

/// Extractor for a JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        request_body::require_media_type(request.headers(), "application/json")
            .map_err(|why| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why))?;
        let received = request_body::with_timeout(Bytes::from_request(request, state)).await;
        let received = received.map_err(|why| Problem::new(StatusCode::REQUEST_TIMEOUT, why))?;
        let body = received.map_err(|rejection| match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(status, format!("the body is larger than {MAX_BODY_BYTES} bytes: send less"))
            }
            status => Problem::new(status, "the body is incomplete: send it again"),
        })?;
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("invalid body: {}", error_chain(&error))))
    }
}

/// Builds a JSON response.
pub fn respond(status: StatusCode, value: &impl Serialize) -> Response {
    // Serializing numbers and strings cannot fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// An error response with its reason.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    /// Builds an error from its status and reason.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let status = match error {
            RequestError::Invalid(_) => StatusCode::BAD_REQUEST,
            RequestError::NotFound(_) => StatusCode::NOT_FOUND,
            RequestError::Conflict(_) | RequestError::LimitReached(_) => StatusCode::CONFLICT,
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let body =
            json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail });
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}
