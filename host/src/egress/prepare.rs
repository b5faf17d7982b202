//! From what a plug asks for to what may be sent: bounded, completed with secrets, and checked as a whole afterwards.

use cordboard_core::render::{Keys, basic, header_is_hosts, header_name_ok, header_value_ok, host_allowed, render};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use url::{Host, Url};

use super::address::Policy;
use super::fault::{Fault, bounded};
use super::{Grants, Limits};
use crate::contract::effect::{Algorithm, Method, OutboundRequest, Piece};
use crate::convert;

/// How many secrets and proofs a request may hold: each may be thousands of times longer than what names it.
const COMPLETED: usize = 64;
/// How many RSA signatures: each takes a processor for a millisecond or more.
const SIGNATURES: usize = 4;

/// A request that may be sent. It holds secrets, so it cannot be printed.
pub(super) struct Prepared {
    /// With its secrets; without fragment.
    pub(super) url: Url,
    /// Those of the plug, and those of ours that are not the client's.
    pub(super) headers: HeaderMap,
    /// The body; empty for none.
    pub(super) body: String,
    /// Which addresses the host's name may have. Where the URL holds an address, it has been checked.
    pub(super) policy: Policy,
}

/// Completes and checks a request. All proofs are made by `keys`.
pub(super) fn prepare(
    request: &OutboundRequest,
    keys: &impl Keys,
    grants: &Grants,
    limits: &Limits,
) -> Result<Prepared, Fault> {
    weigh(request, limits)?;
    let complete = |pieces: &[Piece]| {
        render(&convert::effect::pieces(pieces), keys).map_err(|error| Fault::refused(error.to_string()))
    };
    host_is_text(&request.url)?;
    let url = url(&complete(&request.url)?, limits)?;
    let policy = permitted(&url, grants)?;
    let mut headers = headers(request, keys, limits, complete)?;
    let body = complete(&request.body)?;
    // Without a body the client states no length, and some servers answer such a request 411.
    if body.is_empty() && !matches!(request.method, Method::Get | Method::Delete) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if body.len() > limits.request_bytes {
        return Err(Fault::refused(format!(
            "the body is longer than {} bytes, the most that is sent: send less at a time",
            limits.request_bytes
        )));
    }
    Ok(Prepared { url, headers, body, policy })
}

/// Refuses what would take long only to be completed.
fn weigh(request: &OutboundRequest, limits: &Limits) -> Result<(), Fault> {
    if request.headers.len() > limits.headers {
        return Err(Fault::refused(format!(
            "the request has {} headers; at most {} are sent",
            request.headers.len(),
            limits.headers
        )));
    }
    let values = request.headers.iter().flat_map(|(_, value)| value);
    let (mut bytes, mut completed, mut signatures) = (0_usize, 0, 0);
    for piece in request.url.iter().chain(values).chain(&request.body) {
        let text = match piece {
            Piece::Text(text) => text,
            Piece::Secret(secret) => {
                completed += 1;
                &secret.key
            }
            Piece::Proof(proof) => {
                completed += 1;
                signatures += usize::from(proof.algorithm == Algorithm::RsaSha256);
                &proof.text
            }
        };
        bytes = bytes.saturating_add(text.len());
    }
    let most = limits.url_bytes.saturating_add(limits.header_bytes).saturating_add(limits.request_bytes);
    if bytes > most {
        return Err(Fault::refused(format!("the request has {bytes} bytes of text; at most {most} are sent")));
    }
    if completed > COMPLETED || signatures > SIGNATURES {
        return Err(Fault::refused(format!(
            "the request asks for {completed} secrets and proofs, {signatures} of them RSA signatures; at most \
             {COMPLETED} and {SIGNATURES} are put in"
        )));
    }
    Ok(())
}

/// Scheme and host end before the first secret: one that became part of the host would be told to whoever resolves it.
fn host_is_text(url: &[Piece]) -> Result<(), Fault> {
    let mut start = String::new();
    let mut pieces = url.iter();
    let cut_short = loop {
        match pieces.next() {
            Some(Piece::Text(text)) => start.push_str(text),
            Some(Piece::Secret(_) | Piece::Proof(_)) => break true,
            None => break false,
        }
    };
    let wrong = || Fault::refused("the URL does not begin with https://, a host and, before any secret, a slash");
    let (scheme, rest) = start.split_once("://").ok_or_else(wrong)?;
    if !["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(wrong());
    }
    let end = rest.find(['/', '\\', '?', '#']);
    if end == Some(0) || rest.is_empty() || (cut_short && end.is_none()) {
        return Err(wrong());
    }
    Ok(())
}

/// The URL as the client will read it.
fn url(text: &str, limits: &Limits) -> Result<Url, Fault> {
    if text.len() > limits.url_bytes {
        return Err(Fault::refused(format!(
            "the URL is longer than {} bytes, the most that is sent",
            limits.url_bytes
        )));
    }
    // A URL parser drops line breaks and tabs instead of refusing them.
    if text.chars().any(|letter| letter.is_ascii_control()) {
        return Err(Fault::refused("the URL holds a line break or another control character: escape it"));
    }
    // The parser's own words may repeat a part of the text.
    let mut url = Url::parse(text).map_err(|_| Fault::refused("the URL cannot be read: correct it"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::refused("the URL holds a user before its host: use `basic` of the request instead"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Whether this host may be called over this scheme, and at which addresses.
fn permitted(url: &Url, grants: &Grants) -> Result<Policy, Fault> {
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(Fault::refused("the URL has no host: correct it"));
    };
    let policy = Policy::of(url.scheme() != "https", grants.allow_private).map_err(Fault::refused)?;
    let name = host.to_string();
    let shown = bounded(&name);
    if !host_allowed(&name, port, &grants.declared, &grants.settings) {
        return Err(Fault::refused(format!(
            "{shown}:{port} is not among the hosts that the plug's description names: correct the setting that holds \
             the host, or the description"
        )));
    }
    if !grants.allow.is_empty() && !host_allowed(&name, port, &grants.allow, &[]) {
        return Err(Fault::refused(format!(
            "{shown}:{port} is not in the connection's `outbound.allow`: add it there if it may be called"
        )));
    }
    // The client asks no resolver about an address, so this one is checked here.
    let address = match host {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    };
    if let Some(address) = address {
        policy.check(&[address]).map_err(Fault::refused)?;
    }
    Ok(policy)
}

fn headers(
    request: &OutboundRequest,
    keys: &impl Keys,
    limits: &Limits,
    complete: impl Fn(&[Piece]) -> Result<String, Fault>,
) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    // What is compressed could be neither measured nor sealed.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, pieces) in &request.headers {
        let shown = bounded(name);
        let invalid = || Fault::refused(format!("the header `{shown}` is not one: correct its name"));
        if !header_name_ok(name) {
            return Err(invalid());
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        if header_is_hosts(name.as_str()) || name == ACCEPT_ENCODING {
            return Err(Fault::refused(format!("the header `{shown}` is the host's: leave it out")));
        }
        headers.append(name, value(&shown, &complete(pieces)?)?);
    }
    if let Some((user, password)) = &request.basic {
        if headers.contains_key(AUTHORIZATION) {
            return Err(Fault::refused("the request has both `basic` and a header `authorization`: leave one out"));
        }
        let credentials = basic(user, password, keys).map_err(|error| Fault::refused(error.to_string()))?;
        headers.insert(AUTHORIZATION, value("authorization", &credentials)?);
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes {
        return Err(Fault::refused(format!(
            "the headers are longer than {} bytes together, the most that is sent",
            limits.header_bytes
        )));
    }
    Ok(headers)
}

fn value(name: &str, text: &str) -> Result<HeaderValue, Fault> {
    let invalid = || {
        Fault::refused(format!(
            "the value of the header `{name}` holds a line break, another control character, or a blank at an end: \
             correct the setting or the plug that gives it"
        ))
    };
    if !header_value_ok(text) {
        return Err(invalid());
    }
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| invalid())?;
    value.set_sensitive(true);
    Ok(value)
}
