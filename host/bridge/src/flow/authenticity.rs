//! Decides whether a request is admitted, before any plug runs.
//!
//! The head is checked before the body is read, so that a request that is refused anyway costs no memory for its body.

use cordboard_core::inbound::{self, Admitted};
use cordboard_core::signature_scheme;

use crate::topology::Generation;

use super::request::Head;
use super::{ApiError, RawRequest};

/// Checks the head of a request: its route, method, media type and declared length, and whether it carries the sender's
/// credentials.
///
/// # Errors
/// Returns a 404, 405, 415 or 401 error if [`admit`] would refuse the request with any body, and a 413 error if the
/// declared length exceeds `body_limit`.
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

/// Checks the method, media type and sender of a request, and returns its route and sender.
///
/// # Errors
/// Returns a 404, 405, 415 or 401 error if the request is not admitted.
pub fn admit<'a>(generation: &'a Generation, request: &RawRequest) -> Result<Admitted<'a>, ApiError> {
    let Generation { plug, settings, accept_signatures, .. } = generation;
    let (route, accept) = (&request.head.route, accept_signatures.as_deref());
    request.lent(|incoming| inbound::admit(plug.routes(), route, incoming, settings, accept, request.head.received_at))
}
