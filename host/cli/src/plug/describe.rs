//! A description, in words.

use cordboard::contract::manifest::{
    Authenticity, Capabilities, IfUnset, Route, Secrecy, Setting, SignatureScheme, UpdateMode,
};

/// How the sender of a route is known: a sentence without a full stop.
pub(super) fn authenticity(route: &Route) -> String {
    let known = match &route.authenticity {
        Authenticity::None => return "known by nothing: the address itself is the secret".to_owned(),
        Authenticity::SharedSecret(header) => format!("known by the header {header}, which holds {}", secret(route)),
        Authenticity::Signatures(schemes) => {
            let mut each: Vec<_> = schemes.iter().map(scheme).collect();
            // A signature stands twice where a sender writes it in two ways.
            each.dedup();
            format!("known by a signature made with {}: {}", secret(route), each.join("; "))
        }
    };
    match route.if_unset {
        IfUnset::Refuse => format!("{known}; refused while that is not set"),
        IfUnset::Accept => format!("{known}; while that is not set, the address itself is the secret"),
    }
}

fn secret(route: &Route) -> String {
    format!("the setting {}", route.secrets.join(" or else "))
}

fn scheme(scheme: &SignatureScheme) -> String {
    let way = if scheme.keyed { "HMAC" } else { "digest" };
    let age = match &scheme.freshness {
        Some(freshness) => format!(", at most {} s old", freshness.tolerance_seconds),
        None => ", of any age".to_owned(),
    };
    format!("{} ({way} {} in {}{age})", scheme.name, digest(scheme), scheme.at.header)
}

/// The name of a signature's digest.
pub(super) fn digest(scheme: &SignatureScheme) -> &'static str {
    use cordboard::contract::manifest::Digest;
    match scheme.digest {
        Digest::Sha1 => "SHA-1",
        Digest::Sha256 => "SHA-256",
        Digest::Sha512 => "SHA-512",
    }
}

/// What becomes of a setting's value.
pub(super) fn secrecy(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Open => "seen by the plug",
        Secrecy::Inbound => "secret; proves senders, and never leaves",
        Secrecy::Outbound => "secret; sent to allowed hosts only",
    }
}

/// Whether a setting is needed, and what holds where it is not set.
pub(super) fn need(setting: &Setting) -> String {
    match (&setting.default_value, setting.required) {
        (Some(default), _) => format!("default {default}"),
        (None, true) => "required".to_owned(),
        (None, false) => "optional".to_owned(),
    }
}

/// What a plug can do: phrases.
pub(super) fn abilities(capabilities: &Capabilities) -> Vec<String> {
    let mut phrases = Vec::new();
    match (capabilities.creates, capabilities.creates_with.as_slice()) {
        (true, []) => phrases.push("makes conferences".to_owned()),
        (true, keys) => phrases.push(format!("makes conferences where {} is set", keys.join(" or "))),
        (false, _) => {}
    }
    match capabilities.updates {
        UpdateMode::None => {}
        UpdateMode::InPlace => phrases.push("changes them under their link".to_owned()),
        UpdateMode::MayChangeLink => phrases.push("changes them, perhaps with a new link".to_owned()),
    }
    if capabilities.deletes {
        phrases.push("deletes them".to_owned());
    }
    if capabilities.knows_users {
        phrases.push("knows users".to_owned());
    }
    phrases
}
