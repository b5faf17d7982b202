//! Authenticates the sender of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq};

use super::text::{Gap, Material};
use super::{Incoming, Secrets, VerifyError, headers, place, secrets, sent_at};
use crate::digest;
use crate::types::manifest::{Authenticity, Digest, IfUnset, Route, SignatureEncoding, SignatureScheme};

/// How a sender was authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// By a signature.
    Signed {
        /// The name of the signature scheme.
        name: String,
        /// Whether the signature covers the timestamp. If it does, no two requests have the same signature.
        covers_time: bool,
    },
    /// By the shared secret.
    SharedSecret,
    /// Only by the address, which the route relies on as the secret.
    AddressOnly,
}

impl Sender {
    /// Whether the signature covers the timestamp. If it does not, a second request with the same bytes cannot be told
    /// from a repeat.
    pub fn covers_time(&self) -> bool {
        matches!(self, Self::Signed { covers_time: true, .. })
    }
}

/// Authenticates the sender of a request.
///
/// `accept` names the schemes that the operator accepts, or is `None` to accept all schemes of the route. Of the
/// accepted schemes, the first that applies decides, whether or not its signature matches. A sender that signs with
/// several schemes is therefore checked by an accepted one, and a sender that only signs with others is rejected.
///
/// # Errors
/// Why the sender could not be authenticated.
pub fn verify(
    route: &Route,
    secrets: &(impl Secrets + ?Sized),
    accept: Option<&[String]>,
    request: &Incoming<'_>,
    now_ms: u64,
) -> Result<Sender, VerifyError> {
    match claim(route, secrets, accept, request, now_ms)? {
        Claim::Proved(sender) => Ok(sender),
        Claim::Signed(signed) => {
            signed.check(request)?;
            let SignatureScheme { name, freshness, .. } = signed.scheme;
            // A scheme with a freshness signs the timestamp, as `faults` ensures.
            Ok(Sender::Signed { name: name.clone(), covers_time: freshness.is_some() })
        }
    }
}

/// Performs the checks of [`verify`] that do not need the body: that a secret is set, that a shared secret matches, and
/// that a signature is present and recent.
///
/// # Errors
/// As [`verify`] would for the same head and any body.
pub fn verify_head(
    route: &Route,
    secrets: &(impl Secrets + ?Sized),
    accept: Option<&[String]>,
    head: &Incoming<'_>,
    now_ms: u64,
) -> Result<(), VerifyError> {
    claim(route, secrets, accept, head, now_ms).map(drop)
}

/// What the head of a request proves.
enum Claim<'a> {
    /// The sender is authentic.
    Proved(Sender),
    /// The signature must be checked once the body has arrived.
    Signed(Signed<'a>),
}

fn claim<'a>(
    route: &'a Route,
    secrets: &'a (impl Secrets + ?Sized),
    accept: Option<&[String]>,
    request: &Incoming<'a>,
    now_ms: u64,
) -> Result<Claim<'a>, VerifyError> {
    if route.authenticity == Authenticity::None {
        return Ok(Claim::Proved(Sender::AddressOnly));
    }
    headers::refuse_duplicates(route, request)?;
    let (key, values) = match secrets::set(secrets, &route.secrets) {
        Err(_) if route.if_unset == IfUnset::Accept => return Ok(Claim::Proved(Sender::AddressOnly)),
        found => found?,
    };
    match &route.authenticity {
        Authenticity::None => Ok(Claim::Proved(Sender::AddressOnly)),
        Authenticity::SharedSecret(header) => {
            check_shared_secret(header, &values, request)?;
            Ok(Claim::Proved(Sender::SharedSecret))
        }
        Authenticity::Signatures(schemes) => {
            let scheme = choose(schemes, accept, request)?;
            let signatures = place::values(request, &scheme.at)?;
            let freshness = scheme.freshness.as_ref();
            let sent_at = freshness.map(|freshness| sent_at::fresh(freshness, request, now_ms)).transpose()?;
            Ok(Claim::Signed(Signed { scheme, signatures, sent_at, key, secrets: values }))
        }
    }
}

/// Returns the scheme that decides.
fn choose<'a>(
    schemes: &'a [SignatureScheme],
    accept: Option<&[String]>,
    request: &Incoming<'_>,
) -> Result<&'a SignatureScheme, VerifyError> {
    let applies =
        |scheme: &&SignatureScheme| scheme.applies_if.iter().all(|condition| headers::holds(condition, request));
    let accepted = |scheme: &&SignatureScheme| accept.is_none_or(|names| names.contains(&scheme.name));
    match schemes.iter().filter(accepted).find(applies) {
        Some(scheme) => Ok(scheme),
        None => Err(schemes
            .iter()
            .find(applies)
            .map_or(VerifyError::SignatureMissing, |scheme| VerifyError::NotAccepted(scheme.name.clone()))),
    }
}

/// Checks that the header holds one of the secrets. Compares digests, so that timing does not even reveal the length.
fn check_shared_secret(header: &str, secrets: &[&str], request: &Incoming<'_>) -> Result<(), VerifyError> {
    let given =
        headers::value(request, header).ok_or_else(|| VerifyError::HeaderMissing(header.to_ascii_lowercase()))?;
    let given = digest::plain(Digest::Sha256, &[given]);
    let found = secrets
        .iter()
        .fold(Choice::from(0), |found, secret| found | digest::plain(Digest::Sha256, &[secret]).ct_eq(&given));
    if found.into() { Ok(()) } else { Err(VerifyError::SecretMismatch(header.to_ascii_lowercase())) }
}

/// A recent signature in a request, and the secrets to check it with.
struct Signed<'a> {
    scheme: &'a SignatureScheme,
    signatures: Vec<&'a [u8]>,
    sent_at: Option<&'a [u8]>,
    key: &'a str,
    secrets: Vec<&'a str>,
}

impl Signed<'_> {
    /// Checks whether any of the secrets yields the signature, over any of the scheme's texts.
    fn check(&self, request: &Incoming<'_>) -> Result<(), VerifyError> {
        let Self { scheme, sent_at, .. } = *self;
        let signatures: Vec<Vec<u8>> = self.signatures.iter().filter_map(|value| decode(scheme, value)).collect();
        let mut unreadable = false;
        for secret in &self.secrets {
            let Some(secret) = secrets::bytes(secret, &scheme.secret_form) else {
                unreadable = true;
                continue;
            };
            let material = Material { request, secret: &secret, sent_at };
            for text in &scheme.texts {
                if let Some(made) = material.sign(scheme, text)?
                    && signatures.iter().fold(Choice::from(0), |found, signature| found | signature.ct_eq(&made)).into()
                {
                    return Ok(());
                }
            }
        }
        Err(if unreadable {
            VerifyError::SecretUnreadable(self.key.to_owned())
        } else {
            VerifyError::SignatureMismatch(scheme.at.header.to_ascii_lowercase())
        })
    }
}

/// Decodes a signature. Returns `None` if it is not encoded as the scheme requires.
fn decode(scheme: &SignatureScheme, value: &[u8]) -> Option<Vec<u8>> {
    let written = value.strip_prefix(scheme.prefix.as_bytes())?;
    match scheme.encoding {
        SignatureEncoding::Hex => digest::unhex(written),
        SignatureEncoding::Base64 => STANDARD.decode(written).ok(),
    }
}

impl From<Gap<'_>> for VerifyError {
    fn from(gap: Gap<'_>) -> Self {
        match gap {
            Gap::Header(name) => Self::HeaderMissing(name.to_ascii_lowercase()),
            Gap::SentAt => Self::SchemeInvalid,
        }
    }
}
