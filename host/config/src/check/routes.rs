//! Checks that each route authenticates its sender.

use std::collections::BTreeMap;

use cordboard_core::types::manifest::{Authenticity, IfUnset, Route};

use super::Report;
use super::subject::Subject;
use crate::nearest::listed;

/// What a route lacks to authenticate its sender.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Gap<'a> {
    /// The route refuses every request until a setting is set; this is the one that most routes share.
    Closed(&'a str),
    /// The route accepts every request until this setting is set.
    Open(&'a str),
    /// The route accepts every request, because its sender does not authenticate itself.
    Unauthenticated,
}

/// Reports routes that nobody or anyone can call.
///
/// For a connection these are warnings: it may not need the provider's webhooks, and its URL is a secret in itself. For
/// an app they are faults.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut gaps: BTreeMap<Gap<'_>, Vec<&str>> = BTreeMap::new();
    for route in &subject.description.routes {
        if let Some(gap) = gap(route, subject) {
            gaps.entry(gap).or_default().push(&route.name);
        }
    }
    for (gap, routes) in gaps {
        let routes = named(&routes);
        let (key, sentence) = match gap {
            // Already reported as a missing setting.
            Gap::Closed(key) if required(key, subject) => continue,
            Gap::Closed(key) => ("settings", format!("every request to {routes} is refused until `{key}` is set")),
            Gap::Open(key) if subject.is_app => {
                ("settings", format!("anyone can call {routes}, because its URL is public: set `{key}`"))
            }
            Gap::Open(key) => (
                "settings",
                format!(
                    "only the secret URL protects {routes}, and anyone who learns it can impersonate the provider: set \
                     `{key}`"
                ),
            ),
            Gap::Unauthenticated if subject.is_app => {
                ("plug", format!("anyone can call {routes}, which has no authentication: use another plug"))
            }
            Gap::Unauthenticated => (
                "plug",
                format!(
                    "only the secret URL protects {routes}, because the provider does not authenticate its requests: \
                     keep it confidential"
                ),
            ),
        };
        let path = subject.path.key(key);
        if subject.is_app { report.fault(&path, sentence) } else { report.warn(&path, sentence) }
    }
}

/// Whether anyone who knows the URL can call a route.
pub(super) fn open(subject: &Subject<'_>) -> bool {
    subject
        .description
        .routes
        .iter()
        .any(|route| matches!(gap(route, subject), Some(Gap::Open(_) | Gap::Unauthenticated)))
}

fn gap<'a>(route: &'a Route, subject: &Subject<'_>) -> Option<Gap<'a>> {
    if matches!(route.authenticity, Authenticity::None) {
        return Some(Gap::Unauthenticated);
    }
    if route.secrets.iter().any(|key| subject.settings.is_set(key)) {
        return None;
    }
    // A route lists its own setting first and the one that it shares with other routes last.
    let shared = route.secrets.last()?;
    Some(match route.if_unset {
        IfUnset::Refuse => Gap::Closed(shared),
        IfUnset::Accept => Gap::Open(shared),
    })
}

fn required(key: &str, subject: &Subject<'_>) -> bool {
    subject.named().any(|setting| setting.required && setting.key == key)
}

/// Lists routes by name, for use in a message.
pub(super) fn named(routes: &[&str]) -> String {
    let word = if routes.len() == 1 { "route" } else { "routes" };
    format!("the {word} {}", listed(routes.iter().copied()))
}
