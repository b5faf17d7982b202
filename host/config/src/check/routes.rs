//! Checks that each route authenticates its sender.

use std::collections::BTreeMap;

use cordboard_core::types::manifest::{Authenticity, IfUnset, Route};

use super::Report;
use super::subject::Subject;
use crate::nearest::listed;

/// What a route lacks to authenticate its sender.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Want<'a> {
    /// The route refuses every request until a setting is set; this is the one that most routes share.
    Closed(&'a str),
    /// The route accepts every request until this setting is set.
    Open(&'a str),
    /// The route accepts every request, because its sender does not authenticate itself.
    Unprovable,
}

/// Reports routes that nobody or anyone can call.
///
/// For a connection these are warnings: it may not need the provider's webhooks, and its URL is a secret in itself. For
/// an app they are faults.
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
            // Already reported as a missing setting.
            Want::Closed(key) if required(key, subject) => {}
            Want::Closed(key) if subject.is_app => report.fault(&path, closed(&routes, key)),
            Want::Closed(key) => report.warn(&path, closed(&routes, key)),
            Want::Open(key) if subject.is_app => {
                let sentence = format!("anyone can call {routes}, because its URL is public: set `{key}`");
                report.fault(&path, sentence);
            }
            Want::Open(key) => {
                let sentence = format!(
                    "only the secret URL protects {routes}, and anyone who learns it can impersonate the provider: set \
                     `{key}`"
                );
                report.warn(&path, sentence);
            }
            Want::Unprovable if subject.is_app => {
                let sentence = format!("anyone can call {routes}, which has no authentication: use another plug");
                report.fault(&subject.path.key("plug"), sentence);
            }
            Want::Unprovable => {
                let sentence = format!(
                    "only the secret URL protects {routes}, because the provider does not authenticate its requests: \
                     keep it confidential"
                );
                report.warn(&subject.path.key("plug"), sentence);
            }
        }
    }
}

/// Whether anyone who knows the URL can call a route.
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
    // A route lists its own setting first and the one that it shares with other routes last.
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

/// Lists routes by name, for use in a message.
pub(super) fn named(routes: &[&str]) -> String {
    let word = if routes.len() == 1 { "route" } else { "routes" };
    format!("the {word} {}", listed(routes.iter().copied()))
}
