//! Whether a request comes from the sender.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq};

use super::text::{Gap, Material};
use super::{Incoming, Secrets, VerifyError, headers, place, secrets, sent_at};
use crate::digest;
use crate::types::manifest::{Authenticity, Digest, IfUnset, Route, SignatureEncoding, SignatureScheme};

/// How the sender is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// By a signature.
    Signed {
        /// The signature's name.
        name: String,
        /// Whether it covers the time at which the request was sent: then no two requests bear the same one.
        covers_time: bool,
    },
    /// By the secret itself.
    SharedSecret,
    /// By nothing but the address that it called.
    AddressOnly,
}

impl Sender {
    /// Whether the proof covers the time at which the request was sent. Where it does not, a second request with the same
    /// bytes cannot be told from the first one sent again.
    pub fn covers_time(&self) -> bool {
        matches!(self, Self::Signed { covers_time: true, .. })
    }
}

/// Finds out whether the sender that the route describes sent the request.
///
/// `accept` names the signatures that the operator takes; none: all that the route describes. What the operator does
/// not take is left out before the first signature that applies is chosen, which then decides, right or wrong: a sender
/// that signs in two ways at a time is known by the one that is taken, and one that signs only in another is refused.
///
/// # Errors
/// Why it is not taken for the sender's.
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
            // A scheme that states a freshness signs the time, as `faults` makes sure.
            Ok(Sender::Signed { name: name.clone(), covers_time: freshness.is_some() })
        }
    }
}

/// Checks all of [`verify`] that needs no body, before one is read: that a secret is set, and that the secret or a
/// signature, with its send time, is there and can be right. A shared secret is compared, a signature is not.
///
/// # Errors
/// As [`verify`] refuses the same request, whatever its body is.
pub fn verify_head(
    route: &Route,
    secrets: &(impl Secrets + ?Sized),
    accept: Option<&[String]>,
    head: &Incoming<'_>,
    now_ms: u64,
) -> Result<(), VerifyError> {
    claim(route, secrets, accept, head, now_ms).map(drop)
}

/// What the head of a request says of its sender.
enum Claim<'a> {
    /// Enough.
    Proved(Sender),
    /// A signature, to be checked once the body is there.
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
            shares(header, &values, request)?;
            Ok(Claim::Proved(Sender::SharedSecret))
        }
        Authenticity::Signatures(schemes) => {
            let scheme = choose(schemes, accept, request)?;
            Ok(Claim::Signed(Signed::read(scheme, key, values, request, now_ms)?))
        }
    }
}

/// The signature that decides.
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

/// Whether the header is one of the secrets. Digests are compared, so that not even the length shows in the time.
fn shares(header: &str, secrets: &[&str], request: &Incoming<'_>) -> Result<(), VerifyError> {
    let given =
        headers::value(request, header).ok_or_else(|| VerifyError::HeaderMissing(header.to_ascii_lowercase()))?;
    let given = digest::plain(Digest::Sha256, &[given]);
    let found = secrets
        .iter()
        .fold(Choice::from(0), |found, secret| found | digest::plain(Digest::Sha256, &[secret]).ct_eq(&given));
    if found.into() { Ok(()) } else { Err(VerifyError::SecretMismatch(header.to_ascii_lowercase())) }
}

/// A signature that a request bears, not too old, and what it is to be compared with.
struct Signed<'a> {
    scheme: &'a SignatureScheme,
    given: Vec<&'a [u8]>,
    sent_at: Option<&'a [u8]>,
    key: &'a str,
    secrets: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn read(
        scheme: &'a SignatureScheme,
        key: &'a str,
        secrets: Vec<&'a str>,
        request: &Incoming<'a>,
        now_ms: u64,
    ) -> Result<Self, VerifyError> {
        let given = place::values(request, &scheme.at)?;
        let freshness = scheme.freshness.as_ref();
        let sent_at = freshness.map(|freshness| sent_at::fresh(freshness, request, now_ms)).transpose()?;
        Ok(Self { scheme, given, sent_at, key, secrets })
    }

    /// Whether it is one that a secret makes over one of the texts.
    fn check(&self, request: &Incoming<'_>) -> Result<(), VerifyError> {
        let Self { scheme, sent_at, .. } = *self;
        let given: Vec<Vec<u8>> = self.given.iter().filter_map(|value| decode(scheme, value)).collect();
        let mut unreadable = false;
        for secret in &self.secrets {
            let Some(secret) = secrets::bytes(secret, &scheme.secret_form) else {
                unreadable = true;
                continue;
            };
            let material = Material { request, secret: &secret, sent_at };
            for text in &scheme.texts {
                if let Some(made) = material.sign(scheme, text)?
                    && given.iter().fold(Choice::from(0), |found, given| found | given.ct_eq(&made)).into()
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

/// The bytes of a signature; none where it is not written as the scheme says.
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
