//! Whether a request comes from the sender.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq};

use super::text::{Gap, Material};
use super::{Incoming, Refusal, Secrets, headers, place, secrets, sent_at};
use crate::digest;
use crate::types::manifest::{Authenticity, Digest, IfUnset, Route, Signature, SignatureEncoding};

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
/// `accept` names the signatures that the owner takes; none: all that the route describes. What the owner does not
/// take is left out before the first signature that applies is chosen, which then decides, right or wrong: a sender
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
) -> Result<Sender, Refusal> {
    match claim(route, secrets, accept, request, now_ms)? {
        Claim::Proved(sender) => Ok(sender),
        Claim::Signed(signed) => {
            signed.check(request)?;
            let Signature { name, freshness, .. } = signed.signature;
            // A recipe that states a freshness signs the time, as `faults` makes sure.
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
) -> Result<(), Refusal> {
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
) -> Result<Claim<'a>, Refusal> {
    if route.authenticity == Authenticity::None {
        return Ok(Claim::Proved(Sender::AddressOnly));
    }
    headers::refuse_doubled(route, request)?;
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
        Authenticity::Signatures(signatures) => {
            let signature = choose(signatures, accept, request)?;
            Ok(Claim::Signed(Signed::read(signature, key, values, request, now_ms)?))
        }
    }
}

/// The signature that decides.
fn choose<'a>(
    signatures: &'a [Signature],
    accept: Option<&[String]>,
    request: &Incoming<'_>,
) -> Result<&'a Signature, Refusal> {
    let applies =
        |signature: &&Signature| signature.applies_if.iter().all(|condition| headers::holds(condition, request));
    let accepted = |signature: &&Signature| accept.is_none_or(|names| names.contains(&signature.name));
    match signatures.iter().filter(accepted).find(applies) {
        Some(signature) => Ok(signature),
        None => Err(signatures
            .iter()
            .find(applies)
            .map_or(Refusal::SignatureMissing, |signature| Refusal::NotAccepted(signature.name.clone()))),
    }
}

/// Whether the header is one of the secrets. Digests are compared, so that not even the length shows in the time.
fn shares(header: &str, secrets: &[&str], request: &Incoming<'_>) -> Result<(), Refusal> {
    let given = headers::value(request, header).ok_or_else(|| Refusal::HeaderMissing(header.to_ascii_lowercase()))?;
    let given = digest::plain(Digest::Sha256, &[given]);
    let found = secrets
        .iter()
        .fold(Choice::from(0), |found, secret| found | digest::plain(Digest::Sha256, &[secret]).ct_eq(&given));
    if found.into() { Ok(()) } else { Err(Refusal::SecretMismatch(header.to_ascii_lowercase())) }
}

/// A signature that a request bears, not too old, and what it is to be compared with.
struct Signed<'a> {
    signature: &'a Signature,
    given: Vec<&'a [u8]>,
    sent_at: Option<&'a [u8]>,
    key: &'a str,
    secrets: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn read(
        signature: &'a Signature,
        key: &'a str,
        secrets: Vec<&'a str>,
        request: &Incoming<'a>,
        now_ms: u64,
    ) -> Result<Self, Refusal> {
        let given = place::values(request, &signature.at)?;
        let freshness = signature.freshness.as_ref();
        let sent_at = freshness.map(|freshness| sent_at::fresh(freshness, request, now_ms)).transpose()?;
        Ok(Self { signature, given, sent_at, key, secrets })
    }

    /// Whether it is one that a secret makes over one of the texts.
    fn check(&self, request: &Incoming<'_>) -> Result<(), Refusal> {
        let Self { signature, sent_at, .. } = *self;
        let given: Vec<Vec<u8>> = self.given.iter().filter_map(|value| decode(signature, value)).collect();
        let mut unreadable = false;
        for secret in &self.secrets {
            let Some(secret) = secrets::bytes(secret, &signature.secret_form) else {
                unreadable = true;
                continue;
            };
            let material = Material { request, secret: &secret, sent_at };
            for text in &signature.texts {
                if let Some(made) = material.sign(signature, text)?
                    && given.iter().fold(Choice::from(0), |found, given| found | given.ct_eq(&made)).into()
                {
                    return Ok(());
                }
            }
        }
        Err(if unreadable {
            Refusal::SecretUnreadable(self.key.to_owned())
        } else {
            Refusal::SignatureMismatch(signature.at.header.to_ascii_lowercase())
        })
    }
}

/// The bytes of a signature; none where it is not written as the recipe says.
fn decode(signature: &Signature, value: &[u8]) -> Option<Vec<u8>> {
    let written = value.strip_prefix(signature.prefix.as_bytes())?;
    match signature.encoding {
        SignatureEncoding::Hex => digest::unhex(written),
        SignatureEncoding::Base64 => STANDARD.decode(written).ok(),
    }
}

impl From<Gap<'_>> for Refusal {
    fn from(gap: Gap<'_>) -> Self {
        match gap {
            Gap::Header(name) => Self::HeaderMissing(name.to_ascii_lowercase()),
            Gap::SentAt => Self::RecipeFaulty,
        }
    }
}
