//! Formats an inspection as JSON.

use serde_json::{Value, json};

use cordboard::contract::manifest::{
    Authenticity, Capabilities, IfUnset, Route, Secrecy, Setting, SignatureScheme, UpdateMode,
};
use cordboard::plug::Inspection;

use super::text;

/// Formats everything known about a plug.
pub(super) fn inspection(inspection: &Inspection) -> Value {
    let description = &inspection.description;
    json!({
        "name": description.name,
        "version": description.version,
        "summary": description.summary,
        "digest": inspection.digest,
        "bytes": inspection.bytes,
        "role": inspection.role.to_string(),
        "class": inspection.class.to_string(),
        "memories": inspection.memories,
        "initialMemoryBytes": inspection.initial_memory_bytes,
        "imports": inspection.imports,
        "exports": inspection.exports,
        "routes": description.routes.iter().map(route).collect::<Vec<_>>(),
        "settings": description.settings.iter().map(setting).collect::<Vec<_>>(),
        "capabilities": capabilities(&description.capabilities),
        "outboundHosts": description.outbound_hosts,
        "world": inspection.world,
    })
}

fn route(route: &Route) -> Value {
    let authenticity = match &route.authenticity {
        Authenticity::SharedSecret(header) => json!({ "sharedSecret": header }),
        Authenticity::Signatures(schemes) => json!({ "signatures": schemes.iter().map(scheme).collect::<Vec<_>>() }),
        Authenticity::None => json!("none"),
    };
    json!({
        "name": route.name,
        "summary": route.summary,
        "methods": route.methods,
        "mediaTypes": route.media_types,
        "authenticity": authenticity,
        "description": text::authenticity(route),
        "secrets": route.secrets,
        "ifUnset": match route.if_unset {
            IfUnset::Refuse => "refuse",
            IfUnset::Accept => "accept",
        },
        "headers": route.headers,
    })
}

fn scheme(scheme: &SignatureScheme) -> Value {
    json!({
        "name": scheme.name,
        "header": scheme.at.header,
        "digest": text::digest(scheme),
        "keyed": scheme.keyed,
        "toleranceSeconds": scheme.freshness.as_ref().map(|freshness| freshness.tolerance_seconds),
    })
}

fn setting(setting: &Setting) -> Value {
    json!({
        "key": setting.key,
        "summary": setting.summary,
        "secrecy": match setting.secrecy {
            Secrecy::Open => "open",
            Secrecy::Inbound => "inbound",
            Secrecy::Outbound => "outbound",
        },
        "required": setting.required,
        "default": setting.default_value,
    })
}

fn capabilities(capabilities: &Capabilities) -> Value {
    json!({
        "creates": capabilities.creates,
        "createsWith": capabilities.creates_with,
        "updates": match capabilities.updates {
            UpdateMode::None => "none",
            UpdateMode::InPlace => "in-place",
            UpdateMode::MayChangeLink => "may-change-link",
        },
        "deletes": capabilities.deletes,
        "knowsUsers": capabilities.knows_users,
    })
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn routes_and_settings_are_complete() {
        let output = inspection(&read("iotum").unwrap());
        assert_eq!(
            (&output["name"], &output["role"], &output["class"]),
            (&json!("iotum"), &json!("provider"), &json!("lean"))
        );
        let route = &output["routes"][0];
        assert_eq!(route["authenticity"], json!({ "sharedSecret": "x-signing-token" }));
        assert_eq!((&route["secrets"], &route["ifUnset"]), (&json!(["signing-token"]), &json!("refuse")));
        let token = output["settings"].as_array().unwrap().iter().find(|setting| setting["key"] == "signing-token");
        assert_eq!(token.unwrap()["secrecy"], "inbound");

        let output = inspection(&read("hubspot").unwrap());
        let v3 = json!({
            "name": "v3", "header": "X-HubSpot-Signature-v3", "digest": "SHA-256", "keyed": true, "toleranceSeconds": 300,
        });
        assert_eq!(output["routes"][0]["authenticity"]["signatures"][0], v3);
        assert!(output["world"].as_str().unwrap().contains("export cordboard:crm/crm@0.1.0"));
    }
}
