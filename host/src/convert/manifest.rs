//! `cordboard:types/manifest`: what the recipe engine needs, and the sorting of settings.

use cordboard_core::types::manifest as core;

use crate::contract::manifest as host;

/// A route, with its recipe.
pub fn route(route: &host::Route) -> core::Route {
    core::Route {
        name: route.name.clone(),
        summary: route.summary.clone(),
        methods: route.methods.clone(),
        media_types: route.media_types.clone(),
        authenticity: match &route.authenticity {
            host::Authenticity::SharedSecret(header) => core::Authenticity::SharedSecret(header.clone()),
            host::Authenticity::Signatures(signatures) => {
                core::Authenticity::Signatures(signatures.iter().map(signature).collect())
            }
            host::Authenticity::None => core::Authenticity::None,
        },
        secrets: route.secrets.clone(),
        if_unset: match route.if_unset {
            host::IfUnset::Refuse => core::IfUnset::Refuse,
            host::IfUnset::Accept => core::IfUnset::Accept,
        },
        headers: route.headers.clone(),
    }
}

/// What a plug declares of a setting.
pub fn setting(setting: &host::Setting) -> core::Setting {
    core::Setting {
        key: setting.key.clone(),
        summary: setting.summary.clone(),
        secrecy: match setting.secrecy {
            host::Secrecy::Open => core::Secrecy::Open,
            host::Secrecy::Inbound => core::Secrecy::Inbound,
            host::Secrecy::Outbound => core::Secrecy::Outbound,
        },
        required: setting.required,
        default_value: setting.default_value.clone(),
    }
}

fn signature(signature: &host::Signature) -> core::Signature {
    core::Signature {
        name: signature.name.clone(),
        applies_if: signature.applies_if.iter().map(condition).collect(),
        at: place(&signature.at),
        digest: match signature.digest {
            host::Digest::Sha1 => core::Digest::Sha1,
            host::Digest::Sha256 => core::Digest::Sha256,
            host::Digest::Sha512 => core::Digest::Sha512,
        },
        keyed: signature.keyed,
        secret_form: match &signature.secret_form {
            host::SecretForm::Text => core::SecretForm::Text,
            host::SecretForm::Base64(prefix) => core::SecretForm::Base64(prefix.clone()),
        },
        encoding: match signature.encoding {
            host::SignatureEncoding::Hex => core::SignatureEncoding::Hex,
            host::SignatureEncoding::Base64 => core::SignatureEncoding::Base64,
        },
        prefix: signature.prefix.clone(),
        texts: signature.texts.iter().map(|parts| parts.iter().map(part).collect()).collect(),
        freshness: signature.freshness.as_ref().map(|freshness| core::Freshness {
            sent_at: place(&freshness.sent_at),
            unit: match freshness.unit {
                host::TimeUnit::Seconds => core::TimeUnit::Seconds,
                host::TimeUnit::Milliseconds => core::TimeUnit::Milliseconds,
                host::TimeUnit::BySize => core::TimeUnit::BySize,
            },
            tolerance_seconds: freshness.tolerance_seconds,
        }),
    }
}

fn condition(condition: &host::Condition) -> core::Condition {
    match condition {
        host::Condition::HeaderIs(is) => core::Condition::HeaderIs(is.clone()),
        host::Condition::HeaderAbsent(header) => core::Condition::HeaderAbsent(header.clone()),
        host::Condition::HeaderPresent(header) => core::Condition::HeaderPresent(header.clone()),
    }
}

fn place(place: &host::Place) -> core::Place {
    core::Place {
        header: place.header.clone(),
        format: match &place.format {
            host::Format::Whole => core::Format::Whole,
            host::Format::Field(name) => core::Format::Field(name.clone()),
            host::Format::Tagged(tag) => core::Format::Tagged(tag.clone()),
        },
    }
}

fn part(part: &host::Part) -> core::Part {
    match part {
        host::Part::Secret => core::Part::Secret,
        host::Part::Method => core::Part::Method,
        host::Part::Url(escapes) => core::Part::Url(escapes.clone()),
        host::Part::Body => core::Part::Body,
        host::Part::Timestamp => core::Part::Timestamp,
        host::Part::Header(header) => core::Part::Header(header.clone()),
        host::Part::Literal(text) => core::Part::Literal(text.clone()),
    }
}
