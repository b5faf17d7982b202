//! Layers around the routes of both listeners.

mod check_framing;
mod request_id;

use axum::Router;
use axum::routing::Route;
use tower::layer::layer_fn;

use check_framing::CheckFraming;
use request_id::AssignRequestId;

/// Surrounds each route, and the fallback, with the layers. They are one layer for axum, which boxes each.
pub(crate) fn layered(routes: Router) -> Router {
    routes.layer(layer_fn(|inner: Route| AssignRequestId { inner: CheckFraming { inner } }))
}
