//! Why a request is not taken for the sender's.

use std::fmt;

/// Why a request is not taken for the sender's. It holds names of the scheme and of settings only: no secret, and
/// nothing of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// This header, which the scheme reads, stands more than once.
    HeaderDuplicated(String),
    /// This header is not there.
    HeaderMissing(String),
    /// No signature that the route describes is in the request.
    SignatureMissing,
    /// The signature that is there, of this name, is not among those that the operator takes.
    NotAccepted(String),
    /// None of these settings has a value.
    SecretUnset(Vec<String>),
    /// The value of this setting is not written as the scheme says.
    SecretUnreadable(String),
    /// The header of this name is not the secret.
    SecretMismatch(String),
    /// The signature in this header is not the one that the secret makes.
    SignatureMismatch(String),
    /// The send time in this header is not one number.
    TimestampUnreadable(String),
    /// The send time is further from now than this many seconds.
    Stale(u32),
    /// The scheme asks for a send time and does not say where it stands.
    SchemeInvalid,
}

impl VerifyError {
    /// A short label, for a counter.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::HeaderDuplicated(_) => "header-duplicated",
            Self::HeaderMissing(_) => "header-missing",
            Self::SignatureMissing => "signature-missing",
            Self::NotAccepted(_) => "not-accepted",
            Self::SecretUnset(_) => "secret-unset",
            Self::SecretUnreadable(_) => "secret-unreadable",
            Self::SecretMismatch(_) => "secret-mismatch",
            Self::SignatureMismatch(_) => "signature-mismatch",
            Self::TimestampUnreadable(_) => "timestamp-unreadable",
            Self::Stale(_) => "stale",
            Self::SchemeInvalid => "scheme-invalid",
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderDuplicated(header) => write!(
                formatter,
                "the header `{header}` stands more than once: send it once, and look for a proxy that adds its own"
            ),
            Self::HeaderMissing(header) => {
                write!(formatter, "the header `{header}` is missing: have the sender sign, and let proxies pass it on")
            }
            Self::SignatureMissing => formatter
                .write_str("the request is not signed: have the sender sign, and let proxies pass all headers on"),
            Self::NotAccepted(name) => write!(
                formatter,
                "the request is signed as `{name}`, which the configuration does not take: add it to \
                 `accept-signatures`, or have the sender sign otherwise"
            ),
            Self::SecretUnset(keys) => {
                write!(formatter, "no secret is set to check the sender with: set `{}`", keys.join("` or `"))
            }
            Self::SecretUnreadable(key) => {
                write!(formatter, "the setting `{key}` is not base64: set it as the sender shows it")
            }
            Self::SecretMismatch(header) => write!(
                formatter,
                "the header `{header}` is not the secret: set the same on both sides, or both values while it changes"
            ),
            Self::SignatureMismatch(header) => write!(
                formatter,
                "the signature in `{header}` does not match: check that the secret is the sender's, that `public-url` \
                 is the address it calls, and that no proxy changes the body or the address"
            ),
            Self::TimestampUnreadable(header) => {
                write!(formatter, "the send time in `{header}` is not one decimal number: send it as the scheme says")
            }
            Self::Stale(tolerance) => write!(
                formatter,
                "the request was sent more than {tolerance} s from now: set both clocks, or send it anew"
            ),
            Self::SchemeInvalid => formatter.write_str(
                "the scheme signs a send time and does not say where it stands: use a version of the plug that does",
            ),
        }
    }
}

impl std::error::Error for VerifyError {}
