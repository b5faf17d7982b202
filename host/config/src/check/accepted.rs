//! Checks that `accept-signatures` names schemes of the plug, at least one for each signed route.

use std::collections::BTreeMap;

use cordboard_core::types::manifest::{Authenticity, Route, SignatureScheme};

use super::Report;
use super::routes::named;
use super::subject::Subject;
use crate::nearest::{hint, listed};

/// Rejects unknown names, and warns about routes left without an accepted scheme.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let Some(accepted) = subject.accept_signatures else { return };
    let path = subject.path.key("accept-signatures");
    let plug = &subject.description.name;
    let mut known: Vec<&str> =
        subject.description.routes.iter().flat_map(schemes).map(|scheme| scheme.name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if known.is_empty() {
        report.fault(&path, format!("the plug `{plug}` checks no signatures: remove the key"));
        return;
    }
    for (index, name) in accepted.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str())) {
        let hint = hint(name, known.iter().copied());
        report.fault(&path.item(index), format!("the plug `{plug}` has no such signature scheme: {hint}"));
    }
    // Routes with the same schemes share one warning.
    let mut refused: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for route in &subject.description.routes {
        let mut names: Vec<&str> = schemes(route).iter().map(|scheme| scheme.name.as_str()).collect();
        names.dedup();
        if !names.is_empty() && !names.iter().any(|name| accepted.iter().any(|accepted| accepted == name)) {
            refused.entry(names).or_default().push(&route.name);
        }
    }
    for (names, routes) in refused {
        let (routes, names) = (named(&routes), listed(names.iter().copied()));
        let sentence = format!("every request to {routes} is refused: add one of {names}");
        report.warn(&path, sentence);
    }
}

fn schemes(route: &Route) -> &[SignatureScheme] {
    match &route.authenticity {
        Authenticity::Signatures(schemes) => schemes,
        Authenticity::SharedSecret(_) | Authenticity::None => &[],
    }
}
