//! The sender's side of a scheme: the headers with which it proves itself.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::text::{Gap, Material};
use super::{Incoming, headers, place, secrets, sent_at};
use crate::digest;
use crate::render::header_value_ok;
use crate::types::manifest::{Authenticity, Condition, Format, Route, SignatureEncoding, SignatureScheme};

/// The headers, name and value, that a sender of this signature adds to a request.
///
/// `method` is in upper case, `url` the address that is called, `headers` what the request bears already, such as the
/// id that is signed with it; `now_ms` is the send time in epoch milliseconds. Of several texts the first is signed.
///
/// # Errors
/// Where the signature cannot be made with this secret, or beside these headers.
pub fn sign(
    scheme: &SignatureScheme,
    secret: &str,
    method: &str,
    url: &str,
    body: &[u8],
    headers: &[(&str, &str)],
    now_ms: u64,
) -> Result<Vec<(String, String)>, SignError> {
    let borne: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let request = Incoming { method, url, headers: &borne, body };
    let secret = secrets::bytes(secret, &scheme.secret_form).ok_or(SignError::SecretUnfit)?;
    let sent_at = scheme.freshness.as_ref().map(|freshness| sent_at::write(freshness.unit, now_ms));
    let material = Material { request: &request, secret: &secret, sent_at: sent_at.as_deref().map(str::as_bytes) };
    let text = scheme.texts.first().ok_or(SignError::SchemeInvalid)?;
    let made = material.sign(scheme, text)?.ok_or(SignError::SecretUnfit)?;

    let mut added = stamps(scheme, &made, sent_at);
    complete(scheme, &request, &mut added)?;
    match added.iter().find(|(name, _)| headers::value(&request, name).is_some()) {
        Some((name, _)) => Err(SignError::HeaderInTheWay(name.clone())),
        None => Ok(added),
    }
}

/// The headers that a sender of this route adds: the shared secret, or the signature named `accept`, or the route's
/// first where no name is given; none where the route asks for no proof. The rest is as in [`sign`].
///
/// # Errors
/// As in [`sign`], and where the route describes no such signature.
#[allow(clippy::too_many_arguments, reason = "a request's parts, as in `sign`")]
pub fn sign_route(
    route: &Route,
    accept: Option<&str>,
    secret: &str,
    method: &str,
    url: &str,
    body: &[u8],
    headers: &[(&str, &str)],
    now_ms: u64,
) -> Result<Vec<(String, String)>, SignError> {
    match &route.authenticity {
        Authenticity::None => Ok(Vec::new()),
        Authenticity::SharedSecret(header) if !secret.trim().is_empty() && header_value_ok(secret) => {
            Ok(vec![(header.clone(), secret.to_owned())])
        }
        Authenticity::SharedSecret(_) => Err(SignError::SecretUnfit),
        Authenticity::Signatures(schemes) => {
            let scheme = schemes
                .iter()
                .find(|scheme| accept.is_none_or(|name| name == scheme.name))
                .ok_or_else(|| SignError::NoSuchScheme(accept.unwrap_or_default().to_owned()))?;
            sign(scheme, secret, method, url, body, headers, now_ms)
        }
    }
}

/// The headers of signature and send time: one, where both stand in the same.
fn stamps(scheme: &SignatureScheme, made: &[u8], sent_at: Option<String>) -> Vec<(String, String)> {
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

/// Adds the headers that say that this signature applies.
fn complete(
    scheme: &SignatureScheme,
    request: &Incoming<'_>,
    added: &mut Vec<(String, String)>,
) -> Result<(), SignError> {
    for condition in &scheme.applies_if {
        let (header, wanted) = match condition {
            Condition::HeaderIs((header, value)) => (header, Some(value)),
            Condition::HeaderPresent(header) | Condition::HeaderAbsent(header) => (header, None),
        };
        let made = added.iter().find(|(name, _)| name.eq_ignore_ascii_case(header)).map(|(_, value)| value.as_bytes());
        let there = made.or_else(|| headers::value(request, header));
        match (condition, there) {
            (Condition::HeaderIs(_), Some(there)) if Some(there) == wanted.map(String::as_bytes) => {}
            (Condition::HeaderIs((header, value)), None) => added.push((header.clone(), value.clone())),
            (Condition::HeaderPresent(_), Some(_)) | (Condition::HeaderAbsent(_), None) => {}
            (Condition::HeaderPresent(_), None) => return Err(SignError::HeaderMissing(header.clone())),
            (Condition::HeaderIs(_) | Condition::HeaderAbsent(_), Some(_)) => {
                return Err(SignError::HeaderInTheWay(header.clone()));
            }
        }
    }
    Ok(())
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignError {
    /// The secret is blank, or not written as the scheme says, or cannot stand in a header.
    SecretUnfit,
    /// The scheme signs, or asks for, this header.
    HeaderMissing(String),
    /// This header is there already, and must not be, or not with this value.
    HeaderInTheWay(String),
    /// The route describes no signature of this name; empty: none at all.
    NoSuchScheme(String),
    /// The scheme names no text, or a send time without its place.
    SchemeInvalid,
}

impl fmt::Display for SignError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecretUnfit => formatter.write_str("the secret cannot be used: give it as the sender shows it"),
            Self::HeaderMissing(header) => write!(formatter, "the scheme needs the header `{header}`: give it a value"),
            Self::HeaderInTheWay(header) => {
                write!(formatter, "the header `{header}` is in the way of the signature: leave it out")
            }
            Self::NoSuchScheme(name) if name.is_empty() => {
                formatter.write_str("the route describes no signature: use a version of the plug that does")
            }
            Self::NoSuchScheme(name) => {
                write!(formatter, "the route describes no signature `{name}`: name one that it does")
            }
            Self::SchemeInvalid => {
                formatter.write_str("the signature scheme names no text to sign: use a version of the plug that does")
            }
        }
    }
}

impl std::error::Error for SignError {}

impl From<Gap<'_>> for SignError {
    fn from(gap: Gap<'_>) -> Self {
        match gap {
            Gap::Header(name) => Self::HeaderMissing(name.to_owned()),
            Gap::SentAt => Self::SchemeInvalid,
        }
    }
}
