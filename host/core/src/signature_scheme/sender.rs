//! Signs requests as the sender would.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::text::{Gap, Material};
use super::{Incoming, headers, place, secrets, sent_at};
use crate::digest;
use crate::render::header_value_ok;
use crate::types::manifest::{Authenticity, Condition, Format, Route, SignatureEncoding, SignatureScheme};

/// Returns the headers that a sender with this scheme adds to a request. `now_ms` becomes the timestamp. If the scheme
/// allows several texts, the first is signed.
///
/// # Errors
/// If the secret is not usable, or the existing headers lack a signed one or conflict with the scheme.
pub fn sign(
    scheme: &SignatureScheme,
    secret: &str,
    request: &Incoming<'_>,
    now_ms: u64,
) -> Result<Vec<(String, String)>, SignError> {
    let secret = secrets::bytes(secret, &scheme.secret_form).ok_or(SignError::SecretUnusable)?;
    let sent_at = scheme.freshness.as_ref().map(|freshness| sent_at::write(freshness.unit, now_ms));
    let material = Material { request, secret: &secret, sent_at: sent_at.as_deref().map(str::as_bytes) };
    let text = scheme.texts.first().ok_or(SignError::SchemeInvalid)?;
    let made = material.sign(scheme, text)?.ok_or(SignError::SecretUnusable)?;

    let mut added = signature_headers(scheme, &made, sent_at);
    add_condition_headers(scheme, request, &mut added)?;
    match added.iter().find(|(name, _)| headers::value(request, name).is_some()) {
        Some((name, _)) => Err(SignError::HeaderConflict(name.clone())),
        None => Ok(added),
    }
}

/// Returns the headers that a sender of this route adds: the shared secret, or the signature of the scheme named
/// `accept`, by default the route's first. Empty if the route does not authenticate its sender. The other arguments are
/// those of [`sign`].
///
/// # Errors
/// As [`sign`], and if the route has no such scheme.
pub fn sign_route(
    route: &Route,
    accept: Option<&str>,
    secret: &str,
    request: &Incoming<'_>,
    now_ms: u64,
) -> Result<Vec<(String, String)>, SignError> {
    match &route.authenticity {
        Authenticity::None => Ok(Vec::new()),
        Authenticity::SharedSecret(header) if !secret.trim().is_empty() && header_value_ok(secret) => {
            Ok(vec![(header.clone(), secret.to_owned())])
        }
        Authenticity::SharedSecret(_) => Err(SignError::SecretUnusable),
        Authenticity::Signatures(schemes) => {
            let scheme = schemes
                .iter()
                .find(|scheme| accept.is_none_or(|name| name == scheme.name))
                .ok_or_else(|| accept.map_or(SignError::NoScheme, |name| SignError::NoSuchScheme(name.to_owned())))?;
            sign(scheme, secret, request, now_ms)
        }
    }
}

/// The headers with the signature and the timestamp. A single one if the scheme puts both into the same header.
fn signature_headers(scheme: &SignatureScheme, made: &[u8], sent_at: Option<String>) -> Vec<(String, String)> {
    let encoded = match scheme.encoding {
        SignatureEncoding::Hex => digest::hex(made),
        SignatureEncoding::Base64 => STANDARD.encode(made),
    };
    let stamp = place::write(&scheme.at.format, &format!("{}{encoded}", scheme.prefix));
    let Some((time, freshness)) = sent_at.zip(scheme.freshness.as_ref()) else {
        return vec![(scheme.at.header.clone(), stamp)];
    };
    let time = place::write(&freshness.sent_at.format, &time);
    if freshness.sent_at.header.eq_ignore_ascii_case(&scheme.at.header) {
        let between = if matches!(scheme.at.format, Format::Tagged(_)) { ' ' } else { ',' };
        vec![(scheme.at.header.clone(), format!("{time}{between}{stamp}"))]
    } else {
        vec![(freshness.sent_at.header.clone(), time), (scheme.at.header.clone(), stamp)]
    }
}

/// Adds the headers that the scheme's conditions require.
fn add_condition_headers(
    scheme: &SignatureScheme,
    request: &Incoming<'_>,
    added: &mut Vec<(String, String)>,
) -> Result<(), SignError> {
    for condition in &scheme.applies_if {
        let (Condition::HeaderIs((header, _)) | Condition::HeaderPresent(header) | Condition::HeaderAbsent(header)) =
            condition;
        let made = added.iter().find(|(name, _)| name.eq_ignore_ascii_case(header)).map(|(_, value)| value.as_bytes());
        let existing = made.or_else(|| headers::value(request, header));
        match (condition, existing) {
            (Condition::HeaderIs((_, value)), Some(existing)) if existing == value.as_bytes() => {}
            (Condition::HeaderIs((_, value)), None) => added.push((header.clone(), value.clone())),
            (Condition::HeaderPresent(_), Some(_)) | (Condition::HeaderAbsent(_), None) => {}
            (Condition::HeaderPresent(_), None) => return Err(SignError::HeaderMissing(header.clone())),
            (Condition::HeaderIs(_) | Condition::HeaderAbsent(_), Some(_)) => {
                return Err(SignError::HeaderConflict(header.clone()));
            }
        }
    }
    Ok(())
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The secret is blank, is not encoded as the scheme requires, or cannot be a header value.
    #[error("the secret is unusable: copy it as the sender shows it")]
    SecretUnusable,
    /// The scheme requires this header, and the request does not have it.
    #[error("the scheme requires the header `{0}`: set it")]
    HeaderMissing(String),
    /// The request already has this header, with a value that conflicts with the scheme.
    #[error("the header `{0}` conflicts with the signature: leave it out")]
    HeaderConflict(String),
    /// The route has no signature scheme.
    #[error("the route has no signature scheme: use a version of the plug that has one")]
    NoScheme,
    /// The route has no scheme with this name.
    #[error("the route has no signature scheme `{0}`: use one that it has")]
    NoSuchScheme(String),
    /// The scheme has no signed text, or signs a timestamp without saying where it is sent.
    #[error("the signature scheme has no text to sign: use a version of the plug that has one")]
    SchemeInvalid,
}

impl From<Gap<'_>> for SignError {
    fn from(gap: Gap<'_>) -> Self {
        match gap {
            Gap::Header(name) => Self::HeaderMissing(name.to_owned()),
            Gap::SentAt => Self::SchemeInvalid,
        }
    }
}
