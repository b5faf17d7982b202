//! Formats an inspection as text, 80 columns wide.

use crate::terminal::{labeled, plain, wrapped};
use cordboard::contract::manifest::{
    Authenticity, Capabilities, Description, Digest, IfUnset, Route, Secrecy, Setting, SignatureScheme, UpdateMode,
};
use cordboard::plug::{Inspection, Role};

/// Formats everything known about a plug.
pub(super) fn inspection(inspection: &Inspection) -> String {
    let description = &inspection.description;
    let mut text =
        wrapped(&plain(&format!("{} {}: {}", description.name, description.version, description.summary)), 0);
    text.push('\n');
    text += &labeled("file", &inspection.digest);
    text += &labeled("size", &format!("{} bytes", inspection.bytes));
    text += &labeled("contract", &contract(inspection));
    let memories = if inspection.memories == 1 { "memory" } else { "memories" };
    let kib = inspection.initial_memory_bytes >> 10;
    let instance = format!("{}: {} {memories}, {kib} KiB initially", inspection.class, inspection.memories);
    text += &labeled("class", &instance);
    text += &labeled("imports", &imports(&inspection.imports));
    // Only providers declare capabilities.
    if inspection.role == Role::Provider {
        text += &labeled("does", &abilities(&description.capabilities));
    }
    let hosts = &description.outbound_hosts;
    text += &labeled("calls", &if hosts.is_empty() { "no host".to_owned() } else { hosts.join(", ") });
    text + &routes(description) + &settings(description)
}

fn contract(inspection: &Inspection) -> String {
    let package = format!("cordboard:{}/", inspection.role);
    inspection.exports.iter().find(|name| name.starts_with(&package)).cloned().unwrap_or(package)
}

fn imports(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    format!("no functions, only the types of {}", names.join(", "))
}

fn routes(description: &Description) -> String {
    if description.routes.is_empty() {
        return "\nIt has no routes.\n".to_owned();
    }
    let mut text = "\nRoutes\n".to_owned();
    let mut above = String::new();
    for route in &description.routes {
        let types = route.media_types.join(", ");
        let types = if types.is_empty() { "any media type" } else { &types };
        text += &wrapped(&plain(&format!("{}: {}, {types}", route.name, route.methods.join(" or "))), 2);
        text += &wrapped(&plain(&route.summary), 4);
        let own = authenticity(route);
        text += &wrapped(&plain(if own == above { "authenticated the same way" } else { &own }), 4);
        above = own;
    }
    text
}

fn settings(description: &Description) -> String {
    if description.settings.is_empty() {
        return "\nIt has no settings.\n".to_owned();
    }
    let mut text = "\nSettings\n".to_owned();
    for setting in &description.settings {
        let key = if setting.key == "*" { "any other key" } else { &setting.key };
        let line = format!("{key}: {}; {}", need(setting), secrecy(setting.secrecy));
        text += &wrapped(&plain(&line), 2);
        text += &wrapped(&plain(&setting.summary), 4);
    }
    text
}

/// Describes how a route's sender authenticates, without a full stop.
pub(super) fn authenticity(route: &Route) -> String {
    let description = match &route.authenticity {
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
        IfUnset::Refuse => format!("{description}; if it is not set, requests are refused"),
        IfUnset::Accept => format!("{description}; if it is not set, the address is the secret"),
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
    match scheme.digest {
        Digest::Sha1 => "SHA-1",
        Digest::Sha256 => "SHA-256",
        Digest::Sha512 => "SHA-512",
    }
}

/// Describes who sees a setting's value.
fn secrecy(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Open => "visible to the plug",
        Secrecy::Inbound => "secret; authenticates senders and is never sent",
        Secrecy::Outbound => "secret; sent only to allowed hosts",
    }
}

/// Says whether a setting is required, or names its default.
fn need(setting: &Setting) -> String {
    match (&setting.default_value, setting.required) {
        (Some(default), _) => format!("default {default}"),
        (None, true) => "required".to_owned(),
        (None, false) => "optional".to_owned(),
    }
}

/// Describes what a plug can do.
fn abilities(capabilities: &Capabilities) -> String {
    let condition = match capabilities.creates_with.as_slice() {
        [] => String::new(),
        keys => format!(" if {} is set", keys.join(" or ")),
    };
    let creates = capabilities.creates.then(|| format!("creates conferences{condition}"));
    let updates = match capabilities.updates {
        UpdateMode::None => None,
        UpdateMode::InPlace => Some("updates them in place"),
        UpdateMode::MayChangeLink => Some("updates them, possibly with a new link"),
    };
    let deletes = capabilities.deletes.then_some("deletes them");
    let verifies = capabilities.knows_users.then_some("verifies users");
    let phrases: Vec<_> = [creates.as_deref(), updates, deletes, verifies].into_iter().flatten().collect();
    if phrases.is_empty() { "receives webhooks only".to_owned() } else { phrases.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use cordboard::plug::builtin;

    #[test]
    fn every_plug_fits_80_columns() {
        for plug in builtin::ALL {
            let inspection = read(plug.name).unwrap();
            let text = super::inspection(&inspection);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            assert!(text.contains(&inspection.digest) && text.contains("\nimports  no"), "{text}");
            for route in &inspection.description.routes {
                assert!(text.contains(&format!("\n  {}: ", route.name)), "{text}");
            }
            for setting in inspection.description.settings.iter().filter(|setting| setting.key != "*") {
                assert!(text.contains(&format!("\n  {}: ", setting.key)), "{text}");
            }
        }
    }

    #[test]
    fn a_provider_is_described_in_words() {
        let text = inspection(&read("veeting").unwrap());
        for line in [
            "contract cordboard:provider/provider@0.1.0\n",
            "class    lean: 1 memory, ",
            "does     creates conferences if room-url is set, updates them in place\n",
            "calls    no host\n",
            "  onMeetingScheduled: POST or PUT, any media type\n    A new meeting was scheduled\n",
            "  api-key: optional; secret; authenticates senders and is never sent\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let known = "authenticated by the header x-api-key, which holds the setting api-key-onMeetingScheduled or \
                     api-key; if it is not set, the address is the secret";
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(known), "{text}");
    }

    #[test]
    fn errors_suggest_a_fix() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("text.wasm");
        std::fs::write(&file, "text").unwrap();
        for (plug, hint) in [
            ("jitzi", "did you mean `jitsi`?"),
            ("./no-such.wasm", "use one of directory, hubspot, iotum, jitsi, phonebook, veeting, or correct the path"),
            (folder.path().to_str().unwrap(), "not a regular file"),
            (file.to_str().unwrap(), "use the .wasm file that the build produced"),
            ("a\u{1b}[2J", "correct the path"),
        ] {
            let error = read(plug).unwrap_err().to_string();
            assert!(error.contains(hint) && !error.contains('\u{1b}'), "{error}");
        }
    }
}
