//! Bodies in and out.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::BODY;
use super::problem::Problem;
use crate::hubspot::BODY_WITHIN;
use crate::hubspot::error::{reasons, seconds};

/// What a request carries as JSON.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let why = "send this with `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        let body =
            timeout(BODY_WITHIN, Bytes::from_request(request, state)).await.map_err(|_| late())?.map_err(unread)?;
        let value = serde_json::from_slice(&body);
        value.map(Self).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, format!("the body is not as it must be: {}", reasons(&error)))
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()?.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

fn late() -> Problem {
    let why = format!("the body did not come within {}: send it at once", seconds(BODY_WITHIN));
    Problem::new(StatusCode::REQUEST_TIMEOUT, why)
}

fn unread(rejection: BytesRejection) -> Problem {
    match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, format!("a body may have {BODY} bytes: send less"))
        }
        status => Problem::new(status, "the body did not come whole: send it again"),
    }
}

/// An answer of JSON.
pub fn answer(status: StatusCode, value: &impl Serialize) -> Response {
    // Numbers and texts can always be written.
    let body = serde_json::to_vec(value).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
