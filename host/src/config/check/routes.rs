//! Whether the senders of each route can be known.

use std::collections::BTreeMap;

use super::Report;
use super::subject::Subject;
use crate::config::nearest::listed;
use crate::contract::manifest::{Authenticity, IfUnset, Route};

/// What becomes of a route for want of a secret.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Want<'a> {
    /// It refuses every request until a setting is set; this one serves the most routes.
    Closed(&'a str),
    /// It takes every request while no such setting is set.
    Open(&'a str),
    /// It takes every request: its sender offers no proof.
    Unprovable,
}

/// Tells of routes that nobody or anybody can call. A connection may do without its sender's calls, and its address is
/// a secret in itself, so there it is a warning; an app has neither excuse.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut wants: BTreeMap<Want<'_>, Vec<&str>> = BTreeMap::new();
    for route in &subject.description.routes {
        if let Some(want) = want(route, subject) {
            wants.entry(want).or_default().push(&route.name);
        }
    }
    let path = subject.path.key("settings");
    for (want, routes) in wants {
        let routes = named(&routes);
        match want {
            // It is missing already.
            Want::Closed(key) if required(key, subject) => {}
            Want::Closed(key) if subject.is_app => report.fault(&path, closed(&routes, key)),
            Want::Closed(key) => report.warn(&path, closed(&routes, key)),
            Want::Open(key) if subject.is_app => {
                let sentence = format!("anybody can call {routes}, whose address is no secret: set `{key}`");
                report.fault(&path, sentence);
            }
            Want::Open(key) => {
                let sentence = format!(
                    "ONLY THE ADDRESS IS THE SECRET: whoever learns it can call {routes} in the provider's name; set \
                     `{key}`"
                );
                report.warn(&path, sentence);
            }
            Want::Unprovable if subject.is_app => {
                let sentence = format!("anybody can call {routes}, which proves no sender: name another plug");
                report.fault(&subject.path.key("plug"), sentence);
            }
            Want::Unprovable => {
                let sentence = format!(
                    "ONLY THE ADDRESS IS THE SECRET: the provider offers no proof with {routes}; keep the address to \
                     yourself and the provider"
                );
                report.warn(&subject.path.key("plug"), sentence);
            }
        }
    }
}

/// Whether some route takes whoever knows its address.
pub(super) fn open(subject: &Subject<'_>) -> bool {
    subject
        .description
        .routes
        .iter()
        .any(|route| matches!(want(route, subject), Some(Want::Open(_) | Want::Unprovable)))
}

fn want<'a>(route: &'a Route, subject: &Subject<'_>) -> Option<Want<'a>> {
    if matches!(route.authenticity, Authenticity::None) {
        return Some(Want::Unprovable);
    }
    if route.secrets.iter().any(|key| subject.settings.is_set(key)) {
        return None;
    }
    // A route names the setting of its own first and the one that it shares with others last.
    let shared = route.secrets.last()?;
    Some(match route.if_unset {
        IfUnset::Refuse => Want::Closed(shared),
        IfUnset::Accept => Want::Open(shared),
    })
}

fn required(key: &str, subject: &Subject<'_>) -> bool {
    subject.named().any(|setting| setting.required && setting.key == key)
}

fn closed(routes: &str, key: &str) -> String {
    format!("every request to {routes} is refused until `{key}` is set")
}

/// Routes by their names, in a sentence.
pub(super) fn named(routes: &[&str]) -> String {
    let word = if routes.len() == 1 { "route" } else { "routes" };
    format!("the {word} {}", listed(routes.iter().copied()))
}
