//! Validates a plug's description. Plugs are untrusted, so every part of it is checked and bounded.

use std::collections::BTreeSet;

use cordboard_core::resolved_settings::{ANY_KEY, declared};
use cordboard_core::signature_scheme;

use super::error::quote;
use crate::contract::manifest::{Description, Route, Secrecy, Setting};

const MAX_ROUTES: usize = 64;
const MAX_SETTINGS: usize = 128;
const MAX_HOSTS: usize = 32;
const MAX_NAME_LEN: usize = 64;
const MAX_LINE_LEN: usize = 400;
const MAX_VALUE_LEN: usize = 4096;
/// DNS names have at most 253 bytes; a pattern may be a little longer.
const MAX_HOST_LEN: usize = 300;

/// The maximum number of faults reported.
const MAX_FAULTS: usize = 32;

/// The faults of a description, as sentences without a full stop. Empty if it is valid.
pub(super) fn faults(description: &Description) -> Vec<String> {
    let mut faults = counts(description);
    // A description that exceeds these limits is not examined further.
    if faults.is_empty() {
        faults = contents(description);
    }
    faults.truncate(MAX_FAULTS);
    faults
}

fn contents(description: &Description) -> Vec<String> {
    let mut faults = Vec::new();
    identity(description, &mut faults);
    settings(&description.settings, &mut faults);
    for route in &description.routes {
        self::route(route, description, &mut faults);
    }
    let names = description.routes.iter().map(|route| route.name.as_str());
    duplicates(names, "route", &mut faults);
    for key in &description.capabilities.creates_with {
        if declared(&description.settings, key).is_none() {
            faults.push(format!("`creates-with` lists `{}`, which is not a setting", quote(key)));
        }
    }
    for host in &description.outbound_hosts {
        if let Err(fault) = self::host(host, description) {
            faults.push(format!("outbound host `{}`: {fault}", quote(host)));
        }
    }
    faults
}

fn counts(description: &Description) -> Vec<String> {
    [
        ("routes", description.routes.len(), MAX_ROUTES),
        ("settings", description.settings.len(), MAX_SETTINGS),
        ("outbound hosts", description.outbound_hosts.len(), MAX_HOSTS),
        ("settings in `creates-with`", description.capabilities.creates_with.len(), MAX_SETTINGS),
    ]
    .into_iter()
    .filter(|(_, number, max)| number > max)
    .map(|(subject, number, max)| format!("it declares {number} {subject}: at most {max} are allowed"))
    .collect()
}

fn identity(description: &Description, faults: &mut Vec<String>) {
    let name = &description.name;
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > MAX_NAME_LEN || !name.bytes().all(letters) {
        faults.push(format!("its name `{}` is invalid: use 1 to 64 of `a-z`, `0-9` and `-`", quote(name)));
    }
    line("its summary", &description.summary, faults);
    if !is_version(&description.version) {
        faults.push(format!("its version `{}` is not a semantic version such as 1.2.3", quote(&description.version)));
    }
}

/// Whether `version` is `MAJOR.MINOR.PATCH`, with an optional pre-release or build suffix.
fn is_version(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    version.len() <= MAX_NAME_LEN
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte))
        && core.split('.').count() == 3
        && core.split('.').all(number)
}

fn settings(settings: &[Setting], faults: &mut Vec<String>) {
    for setting in settings {
        let (key, shown) = (&setting.key, quote(&setting.key));
        if key != ANY_KEY && !is_word(key) {
            faults.push(format!(
                "the setting key `{shown}` is invalid: use 1 to 64 of `a-z`, `A-Z`, `0-9` and `-_.~`, or `*`"
            ));
        }
        if key == ANY_KEY && (setting.required || setting.default_value.is_some()) {
            faults.push("the setting `*` matches any key: it cannot be required or have a default".to_owned());
        }
        line(&format!("the summary of the setting `{shown}`"), &setting.summary, faults);
        match &setting.default_value {
            Some(_) if setting.secrecy != Secrecy::Open => {
                faults.push(format!("the setting `{shown}` is secret but has a default, which anyone can read"));
            }
            Some(value) if value.len() > MAX_VALUE_LEN => {
                faults.push(format!("the default of the setting `{shown}` is longer than {MAX_VALUE_LEN} bytes"));
            }
            _ => {}
        }
    }
    duplicates(settings.iter().map(|setting| setting.key.as_str()), "setting", faults);
}

fn route(route: &Route, description: &Description, faults: &mut Vec<String>) {
    faults.extend(signature_scheme::faults(route));
    let shown = quote(&route.name);
    if route.name.len() > MAX_NAME_LEN {
        faults.push(format!("the name of the route `{shown}` is longer than {MAX_NAME_LEN} bytes"));
    }
    line(&format!("the summary of the route `{shown}`"), &route.summary, faults);
    for method in &route.methods {
        if !["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
            faults.push(format!("the route `{shown}` accepts the method `{}`, which no sender uses", quote(method)));
        }
    }
    for key in &route.secrets {
        match declared(&description.settings, key).map(|setting| setting.secrecy) {
            None => {
                faults.push(format!("the route `{shown}` uses the secret `{}`, which is not a setting", quote(key)))
            }
            Some(Secrecy::Open) => faults.push(format!(
                "the route `{shown}` uses the secret `{}`, which is an open setting: declare it `inbound`",
                quote(key)
            )),
            Some(Secrecy::Inbound | Secrecy::Outbound) => {}
        }
    }
}

/// Checks an outbound host: `host[:port]`, in which `{key}` is replaced by the open setting of that key.
fn host(pattern: &str, description: &Description) -> Result<(), String> {
    if pattern.is_empty() || pattern.len() > MAX_HOST_LEN {
        return Err(format!("it must have 1 to {MAX_HOST_LEN} bytes"));
    }
    let mut rest = pattern;
    let mut filled = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        let (key, after) = after.split_once('}').ok_or("it has an unclosed `{`")?;
        match declared(&description.settings, key).map(|setting| setting.secrecy) {
            Some(Secrecy::Open) => {}
            Some(_) => return Err(format!("the setting `{}` is secret, but hosts are public", quote(key))),
            None => return Err(format!("`{}` is not a setting", quote(key))),
        }
        filled.push_str(before);
        filled.push('x');
        rest = after;
    }
    filled.push_str(rest);
    let (name, port) = match filled.rsplit_once(':') {
        Some((name, port)) if !filled.ends_with(']') => (name, Some(port)),
        _ => (filled.as_str(), None),
    };
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0) && port != "x") {
        return Err("its port is not a number from 1 to 65535".to_owned());
    }
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let well_formed = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => name.split('.').all(is_label),
    };
    if well_formed { Ok(()) } else { Err("it is not `host` or `host:port`: remove scheme, path and `*`".to_owned()) }
}

/// Whether `label` is valid between the dots of a host name.
fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(inner)
}

fn is_word(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    (1..=MAX_NAME_LEN).contains(&text.len()) && text.bytes().all(letter)
}

fn line(subject: &str, text: &str, faults: &mut Vec<String>) {
    if text.trim().is_empty() {
        faults.push(format!("{subject} is empty"));
    }
    if text.len() > MAX_LINE_LEN || text.chars().any(char::is_control) {
        faults.push(format!("{subject} is not a single line of at most {MAX_LINE_LEN} bytes"));
    }
}

fn duplicates<'a>(names: impl Iterator<Item = &'a str>, subject: &str, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            faults.push(format!("the {subject} `{}` is declared twice", quote(name)));
        }
    }
}
