//! Describes a plug's manifest in words.

use cordboard::contract::manifest::{
    Authenticity, Capabilities, IfUnset, Route, Secrecy, Setting, SignatureScheme, UpdateMode,
};

/// Describes how a route's sender authenticates, without a full stop.
pub(super) fn authenticity(route: &Route) -> String {
    let known = match &route.authenticity {
        Authenticity::None => return "not authenticated: the address is the secret".to_owned(),
        Authenticity::SharedSecret(header) => {
            format!("authenticated by the header {header}, which holds {}", secret(route))
        }
        Authenticity::Signatures(schemes) => {
            let mut each: Vec<_> = schemes.iter().map(scheme).collect();
            // A scheme is listed twice if senders write its signature in two ways.
            each.dedup();
            format!("authenticated by a signature made with {}: {}", secret(route), each.join("; "))
        }
    };
    match route.if_unset {
        IfUnset::Refuse => format!("{known}; if it is not set, requests are refused"),
        IfUnset::Accept => format!("{known}; if it is not set, the address is the secret"),
    }
}

fn secret(route: &Route) -> String {
    format!("the setting {}", route.secrets.join(" or "))
}

fn scheme(scheme: &SignatureScheme) -> String {
    let way = if scheme.keyed { "HMAC" } else { "digest" };
    let age = match &scheme.freshness {
        Some(freshness) => format!(", valid for {} s", freshness.tolerance_seconds),
        None => ", valid forever".to_owned(),
    };
    format!("{} ({way} {} in {}{age})", scheme.name, digest(scheme), scheme.at.header)
}

/// Returns the name of a scheme's hash function.
pub(super) fn digest(scheme: &SignatureScheme) -> &'static str {
    use cordboard::contract::manifest::Digest;
    match scheme.digest {
        Digest::Sha1 => "SHA-1",
        Digest::Sha256 => "SHA-256",
        Digest::Sha512 => "SHA-512",
    }
}

/// Describes who sees a setting's value.
pub(super) fn secrecy(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Open => "visible to the plug",
        Secrecy::Inbound => "secret; authenticates senders and is never sent",
        Secrecy::Outbound => "secret; sent only to allowed hosts",
    }
}

/// Says whether a setting is required, or names its default.
pub(super) fn need(setting: &Setting) -> String {
    match (&setting.default_value, setting.required) {
        (Some(default), _) => format!("default {default}"),
        (None, true) => "required".to_owned(),
        (None, false) => "optional".to_owned(),
    }
}

/// Describes what a plug can do, one phrase each.
pub(super) fn abilities(capabilities: &Capabilities) -> Vec<String> {
    let mut phrases = Vec::new();
    match (capabilities.creates, capabilities.creates_with.as_slice()) {
        (true, []) => phrases.push("creates conferences".to_owned()),
        (true, keys) => phrases.push(format!("creates conferences if {} is set", keys.join(" or "))),
        (false, _) => {}
    }
    match capabilities.updates {
        UpdateMode::None => {}
        UpdateMode::InPlace => phrases.push("updates them in place".to_owned()),
        UpdateMode::MayChangeLink => phrases.push("updates them, possibly with a new link".to_owned()),
    }
    if capabilities.deletes {
        phrases.push("deletes them".to_owned());
    }
    if capabilities.knows_users {
        phrases.push("verifies users".to_owned());
    }
    phrases
}
