//! Whether a request may come in at all. No plug has a part in this.

use cordboard_core::recipe::{self, Incoming};
use cordboard_core::types::manifest::Route;

use crate::world::Generation;

use super::{Inbound, Refusal};

/// The route of a request, once its method, media type and sender are found right.
///
/// # Errors
/// 404, 405, 415 or 401.
pub fn admit<'a>(generation: &'a Generation, request: &Inbound) -> Result<&'a Route, Refusal> {
    let routes = generation.plug.routes();
    let route = routes.iter().find(|route| route.name == request.route).ok_or(Refusal::Unknown("route"))?;
    if !route.methods.contains(&request.method) {
        return Err(Refusal::Method(route.methods.clone()));
    }
    check_media_type(route, request)?;
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let incoming = Incoming { method: &request.method, url: &request.url, headers: &headers, body: &request.body };
    let accept = generation.accept_signatures.as_deref();
    recipe::verify(route, &generation.bound, accept, &incoming, request.received_at).map_err(Refusal::Unauthentic)?;
    Ok(route)
}

fn check_media_type(route: &Route, request: &Inbound) -> Result<(), Refusal> {
    let Some((_, value)) = request.headers.iter().find(|(name, _)| name == "content-type") else { return Ok(()) };
    let value = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let taken = route.media_types.is_empty()
        || route.media_types.iter().any(|taken| value.eq_ignore_ascii_case(taken.as_bytes()));
    if taken { Ok(()) } else { Err(Refusal::MediaType(route.media_types.clone())) }
}
