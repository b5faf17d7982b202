//! Reads and writes JSON bodies.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::BODY;
use super::problem::Problem;
use crate::hubspot::error::reasons;
use crate::hubspot::request_body;

/// Extractor for a JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        request_body::expect(request.headers(), "application/json")
            .map_err(|why| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why))?;
        let read = request_body::in_time(Bytes::from_request(request, state)).await;
        let body = read.map_err(|why| Problem::new(StatusCode::REQUEST_TIMEOUT, why))?.map_err(unread)?;
        let value = serde_json::from_slice(&body);
        value
            .map(Self)
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("invalid body: {}", reasons(&error))))
    }
}

fn unread(rejection: BytesRejection) -> Problem {
    match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, format!("the body is larger than {BODY} bytes: send less"))
        }
        status => Problem::new(status, "the body is incomplete: send it again"),
    }
}

/// Builds a JSON response.
pub fn answer(status: StatusCode, value: &impl Serialize) -> Response {
    // Serializing numbers and strings cannot fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
