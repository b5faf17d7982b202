//! The variables, store and outbound hosts of a component.

use std::collections::BTreeMap;

use axum::http::Uri;
use wasmtime::error::Context;
use wasmtime::{Result, ensure};

use super::{Component, named};

/// The grants of a component, with all templates filled in.
#[derive(Default)]
pub(crate) struct Grants {
    pub variables: BTreeMap<String, String>,
    pub store: bool,
    hosts: Vec<String>,
}

impl Grants {
    pub fn new(component: &Component, values: &BTreeMap<String, String>) -> Result<Self> {
        let labels = &component.key_value_stores;
        ensure!(labels.iter().all(|label| label == "default"), "this host has the default store only");
        let mut grants = Self { store: !labels.is_empty(), ..Self::default() };
        for (name, template) in &component.variables {
            named(name)?;
            grants.variables.insert(name.clone(), fill(template, values)?);
        }
        for template in &component.allowed_outbound_hosts {
            let text = fill(template, values)?;
            // A host with an empty variable is left out.
            if *template == text || !matches!(text.as_str(), "" | "http://" | "https://") {
                parts(&text).with_context(|| format!("{text:?} is no allowed host that this one knows"))?;
                grants.hosts.push(text);
            }
        }
        Ok(grants)
    }

    /// Whether a request may go to this address.
    pub fn allow(&self, uri: &Uri) -> bool {
        let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
        let port = uri.port().map_or(usual_port(scheme).unwrap_or_default().to_owned(), |port| port.to_string());
        let fits = |pattern: &str, text: &str| match pattern.strip_prefix('*') {
            Some(end) => text.ends_with(end),
            None => pattern.eq_ignore_ascii_case(text),
        };
        let mut allowed = self.hosts.iter().filter_map(|text| parts(text));
        allowed.any(|(schemes, hosts, ports)| fits(schemes, scheme) && fits(hosts, host) && fits(ports, &port))
    }
}

/// Returns the scheme, host and port of an entry of `allowed_outbound_hosts`. Each may be `*`, and a host may begin
/// with it.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None => (rest, usual_port(scheme)?),
    };
    let named = host.strip_prefix("*.").unwrap_or(host);
    let host_known = host == "*" || !["", "self"].contains(&named) && !named.contains(['*', '/', '{', '[', ':', '@']);
    let scheme_known = scheme == "*" || scheme.chars().all(char::is_alphabetic);
    (host_known && scheme_known && (port == "*" || port.parse::<u16>().is_ok())).then_some((scheme, host, port))
}

fn usual_port(scheme: &str) -> Option<&'static str> {
    [("http", "80"), ("https", "443")].into_iter().find(|(name, _)| *name == scheme).map(|(_, port)| port)
}

/// Replaces `{{ name }}` with the variable's value.
fn fill(template: &str, values: &BTreeMap<String, String>) -> Result<String> {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, text) = part.split_once("}}").with_context(|| format!("{template:?} leaves a brace open"))?;
        filled += values.get(name.trim()).with_context(|| format!("{template:?} is of an unknown variable"))?;
        filled += text;
    }
    Ok(filled)
}
