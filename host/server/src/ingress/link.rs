//! Visitors of our links, which redirect to the current link of a conference.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use cordboard_bridge::flow::{self, ApiError};

use super::path::Edge;

const SIDE: &str = "visitor";

/// Redirects to the conference of a link.
pub(super) async fn follow(State(edge): State<Edge>, link: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(link)) = link else { return edge.unreadable(SIDE) };
    let target = match flow::follow(&edge.state, &link).await {
        Ok(target) => target.and_then(|target| HeaderValue::try_from(target).ok()),
        Err(error) => return edge.refuse(SIDE, "-", &error.into()),
    };
    let Some(target) = target else { return edge.refuse(SIDE, "-", &ApiError::NotFound("conference")) };
    // The link may change at any time, so clients must not cache it.
    let no_store = HeaderValue::from_static("no-store");
    (StatusCode::FOUND, [(header::LOCATION, target), (header::CACHE_CONTROL, no_store)]).into_response()
}

/// Refuses other methods.
pub(super) async fn only_get(State(edge): State<Edge>) -> Response {
    edge.refuse(SIDE, "-", &ApiError::MethodNotAllowed(vec!["GET".to_owned(), "HEAD".to_owned()]))
}
