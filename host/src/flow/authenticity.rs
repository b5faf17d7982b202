//! Whether a request may come in at all. No plug has a part in this.

use cordboard_core::inbound::{self, Admitted};

use crate::world::Generation;

use super::{Inbound, Refusal};

/// The route and sender of a request, once its method, media type and sender are found right.
///
/// # Errors
/// 404, 405, 415 or 401.
pub fn admit<'a>(generation: &'a Generation, request: &Inbound) -> Result<Admitted<'a>, Refusal> {
    let Generation { plug, bound, accept_signatures, .. } = generation;
    let accept = accept_signatures.as_deref();
    let admitted = request
        .lent(|incoming| inbound::admit(plug.routes(), &request.route, incoming, bound, accept, request.received_at));
    Ok(admitted?)
}
