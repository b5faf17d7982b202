//! Request headers, and the subset that authenticates the sender.

use std::collections::BTreeSet;

use super::{Incoming, VerifyError};
use crate::types::manifest::{Authenticity, Condition, Part, Route, SignatureScheme};

/// The headers that authenticate the sender, in lower case and sorted. They are removed before the plug sees the
/// request, so that it cannot pass them on.
pub fn security_headers(route: &Route) -> Vec<String> {
    let names: BTreeSet<String> = sender_headers(route).map(str::to_ascii_lowercase).collect();
    names.into_iter().collect()
}

/// Names of the headers that authenticate the sender, as the route writes them.
fn sender_headers(route: &Route) -> impl Iterator<Item = &str> {
    let secret = match &route.authenticity {
        Authenticity::SharedSecret(header) => Some(header.as_str()),
        Authenticity::Signatures(_) | Authenticity::None => None,
    };
    secret.into_iter().chain(schemes(route).iter().flat_map(scheme_headers))
}

/// Names of a scheme's headers: those with the signature and the timestamp, and those in its conditions.
fn scheme_headers(scheme: &SignatureScheme) -> impl Iterator<Item = &str> {
    let sent_at = scheme.freshness.as_ref().map(|freshness| freshness.sent_at.header.as_str());
    let conditions = scheme.applies_if.iter().map(|condition| match condition {
        Condition::HeaderIs((header, _)) | Condition::HeaderAbsent(header) | Condition::HeaderPresent(header) => {
            header.as_str()
        }
    });
    [scheme.at.header.as_str()].into_iter().chain(sent_at).chain(conditions)
}

/// Names of headers that are part of a signed text, such as an id that the plug may read.
fn signed_headers(route: &Route) -> impl Iterator<Item = &str> {
    schemes(route).iter().flat_map(|scheme| &scheme.texts).flatten().filter_map(|part| match part {
        Part::Header(header) => Some(header.as_str()),
        _ => None,
    })
}

/// The route's signature schemes.
pub(super) fn schemes(route: &Route) -> &[SignatureScheme] {
    match &route.authenticity {
        Authenticity::Signatures(schemes) => schemes,
        Authenticity::SharedSecret(_) | Authenticity::None => &[],
    }
}

/// Rejects a request that repeats a header which the route's schemes read: two readers could each choose a different
/// value.
pub(super) fn refuse_duplicates(route: &Route, request: &Incoming<'_>) -> Result<(), VerifyError> {
    let duplicated =
        sender_headers(route).chain(signed_headers(route)).filter(|name| all(request, name).nth(1).is_some());
    match duplicated.map(str::to_ascii_lowercase).min() {
        Some(name) => Err(VerifyError::HeaderDuplicated(name)),
        None => Ok(()),
    }
}

/// The value of a header, by name in any case.
pub(super) fn value<'a>(request: &Incoming<'a>, name: &str) -> Option<&'a [u8]> {
    all(request, name).next()
}

fn all<'a>(request: &Incoming<'a>, name: &str) -> impl Iterator<Item = &'a [u8]> {
    request.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// Whether the condition holds.
pub(super) fn holds(condition: &Condition, request: &Incoming<'_>) -> bool {
    match condition {
        Condition::HeaderIs((header, expected)) => value(request, header) == Some(expected.as_bytes()),
        Condition::HeaderAbsent(header) => value(request, header).is_none(),
        Condition::HeaderPresent(header) => value(request, header).is_some(),
    }
}
