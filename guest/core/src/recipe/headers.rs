//! The headers of a request, and which of them prove its sender.

use std::collections::BTreeSet;

use super::{Incoming, Refusal};
use crate::types::manifest::{Authenticity, Condition, Part, Route, Signature};

/// Names, in lower case, of the headers that prove the sender: to be kept from the plug, which must not be able to
/// pass them on. In alphabetical order.
pub fn security_headers(route: &Route) -> Vec<String> {
    let names: BTreeSet<String> = match &route.authenticity {
        Authenticity::SharedSecret(header) => [header.to_ascii_lowercase()].into(),
        Authenticity::Signatures(signatures) => signatures.iter().flat_map(proving).collect(),
        Authenticity::None => BTreeSet::new(),
    };
    names.into_iter().collect()
}

/// The headers of one signature: where it and its time stand, and those that say whether it applies.
fn proving(signature: &Signature) -> impl Iterator<Item = String> {
    let sent_at = signature.freshness.as_ref().map(|freshness| freshness.sent_at.header.as_str());
    let conditions = signature.applies_if.iter().map(|condition| match condition {
        Condition::HeaderIs((header, _)) | Condition::HeaderAbsent(header) | Condition::HeaderPresent(header) => header,
    });
    [signature.at.header.as_str()]
        .into_iter()
        .chain(sent_at)
        .chain(conditions.map(String::as_str))
        .map(str::to_ascii_lowercase)
}

/// Headers that are part of a signed text, such as an id that the plug may read.
fn signed(signature: &Signature) -> impl Iterator<Item = String> {
    signature.texts.iter().flatten().filter_map(|part| match part {
        Part::Header(header) => Some(header.to_ascii_lowercase()),
        _ => None,
    })
}

/// Refuses a request in which a header that the route's recipes read stands twice: of two readers each could take
/// another one, so neither is taken.
pub(super) fn refuse_doubled(route: &Route, request: &Incoming<'_>) -> Result<(), Refusal> {
    let mut names: BTreeSet<String> = security_headers(route).into_iter().collect();
    if let Authenticity::Signatures(signatures) = &route.authenticity {
        names.extend(signatures.iter().flat_map(signed));
    }
    match names.into_iter().find(|name| all(request, name).nth(1).is_some()) {
        Some(name) => Err(Refusal::HeaderDoubled(name)),
        None => Ok(()),
    }
}

/// The value of a header, named in any case.
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
