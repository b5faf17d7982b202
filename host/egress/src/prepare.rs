//! Renders and checks a plug's request.

use cordboard_core::outbound::{self, Grants, Prepared, RequestLimits};
use cordboard_core::render::Keys;
use cordboard_core::types::effect::OutboundRequest;
use url::Host;

use super::address::Policy;
use super::fault::Fault;
use super::listeners::Listeners;

/// Renders and checks a request. Returns it with the policy for the addresses of its host. If the host is an IP
/// address, it has already been checked. `keys` makes all signatures.
///
/// # Errors
/// If the request must not be sent.
pub(super) fn prepare(
    request: &OutboundRequest,
    keys: &impl Keys,
    grants: &Grants,
    limits: &RequestLimits,
    listeners: &Listeners,
) -> Result<(Prepared, Policy), Fault> {
    let prepared = outbound::prepare(request, keys, grants, limits).map_err(Fault::refused)?;
    let policy = Policy::of(prepared.url.scheme() != "https", grants.reaches_private()).map_err(Fault::refused)?;
    // The client does not call the resolver for an IP address, so check it here.
    let address = match prepared.url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) | None => None,
    };
    if let Some(address) = address {
        policy.check(&[address]).map_err(Fault::refused)?;
        let port = prepared.url.port_or_known_default().unwrap_or_default();
        listeners.check(address, port).map_err(Fault::refused)?;
    }
    Ok((prepared, policy))
}
