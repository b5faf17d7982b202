//! From what a plug asks for to what may be sent, and where to.

use cordboard_core::outbound::{self, Grants, Prepared, RequestLimits};
use cordboard_core::render::Keys;
use cordboard_core::types::effect::OutboundRequest;
use url::Host;

use super::address::Policy;
use super::fault::Fault;
use super::listeners::Listeners;

/// Completes and checks a request, and tells which addresses its host's name may have. Where the URL holds an address,
/// it has been checked. All signatures are made by `keys`.
pub(super) fn prepare(
    request: &OutboundRequest,
    keys: &impl Keys,
    grants: &Grants,
    limits: &RequestLimits,
    listeners: &Listeners,
) -> Result<(Prepared, Policy), Fault> {
    let prepared = outbound::prepare(request, keys, grants, limits).map_err(Fault::refused)?;
    let policy = Policy::of(prepared.url.scheme() != "https", grants.reaches_private()).map_err(Fault::refused)?;
    // The client asks no resolver about an address, so this one is checked here.
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
