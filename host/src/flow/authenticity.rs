//! Whether a request may come in at all. No plug has a part in this.
//!
//! What the head decides is decided before the body is read: strangers get no memory for bodies that are refused anyway.

use cordboard_core::inbound::{self, Admitted};
use cordboard_core::signature_scheme;

use crate::topology::Generation;

use super::request::Head;
use super::{ApiError, RawRequest};

/// Checks all that the head of a request decides: its route, method, media type and stated length, and whether it bears
/// what its sender proves itself with.
///
/// # Errors
/// 404, 405, 415, 413 or 401, as [`admit`] refuses the same request with any body.
pub fn admit_head(generation: &Generation, head: &Head, body_limit: usize) -> Result<(), ApiError> {
    let Generation { plug, settings, accept_signatures, .. } = generation;
    head.lent(&[], |incoming| {
        let route = inbound::find(plug.routes(), &head.route, incoming)?;
        if head.body_length.is_some_and(|length| length > body_limit) {
            return Err(ApiError::BodyTooLarge(body_limit));
        }
        signature_scheme::verify_head(route, settings, accept_signatures.as_deref(), incoming, head.received_at)
            .map_err(ApiError::Unauthenticated)
    })
}

/// The route and sender of a request, once its method, media type and sender are found right.
///
/// # Errors
/// 404, 405, 415 or 401.
pub fn admit<'a>(generation: &'a Generation, request: &RawRequest) -> Result<Admitted<'a>, ApiError> {
    let Generation { plug, settings, accept_signatures, .. } = generation;
    let (route, accept) = (&request.head.route, accept_signatures.as_deref());
    let admitted = request
        .lent(|incoming| inbound::admit(plug.routes(), route, incoming, settings, accept, request.head.received_at));
    Ok(admitted?)
}
