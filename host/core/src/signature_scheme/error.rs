//! Verification errors.

use std::fmt;

/// Why a request could not be authenticated. Holds only names from the scheme and settings: no secrets, and nothing
/// from the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// This header occurs more than once.
    HeaderDuplicated(String),
    /// This header is missing.
    HeaderMissing(String),
    /// The request has no signature of the route's schemes.
    SignatureMissing,
    /// The operator does not accept this signature scheme.
    NotAccepted(String),
    /// None of these settings has a value.
    SecretUnset(Vec<String>),
    /// The value of this setting is not encoded as the scheme requires.
    SecretUnreadable(String),
    /// The value of this header does not match the secret.
    SecretMismatch(String),
    /// The signature in this header does not match.
    SignatureMismatch(String),
    /// The timestamp in this header is not a single number.
    TimestampUnreadable(String),
    /// The timestamp differs from the current time by more than this many seconds.
    Stale(u32),
    /// The scheme signs a timestamp but does not say where to find it.
    SchemeInvalid,
}

impl VerifyError {
    /// A label for metrics.
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
                "the header `{header}` occurs more than once: send it once, and check for a proxy that adds it"
            ),
            Self::HeaderMissing(header) => write!(
                formatter,
                "the header `{header}` is missing: configure the sender to send it, and proxies to forward it"
            ),
            Self::SignatureMissing => formatter.write_str(
                "the request is not signed: configure the sender to sign it, and proxies to forward all headers",
            ),
            Self::NotAccepted(name) => write!(
                formatter,
                "the signature scheme `{name}` is not accepted: add it to `accept-signatures`, or configure the sender \
                 to use another"
            ),
            Self::SecretUnset(keys) => {
                write!(formatter, "no secret is set to authenticate the sender: set `{}`", keys.join("` or `"))
            }
            Self::SecretUnreadable(key) => {
                write!(formatter, "the setting `{key}` is not valid base64: copy the secret as the sender shows it")
            }
            Self::SecretMismatch(header) => write!(
                formatter,
                "the header `{header}` does not match the secret: set the same secret on both sides, or both values \
                 during a rotation"
            ),
            Self::SignatureMismatch(header) => write!(
                formatter,
                "the signature in `{header}` does not match: check that the secret is the sender's, that `public-url` \
                 is the address it calls, and that no proxy changes the body or the address"
            ),
            Self::TimestampUnreadable(header) => {
                write!(formatter, "the timestamp in `{header}` is not a decimal number: send it as the scheme requires")
            }
            Self::Stale(tolerance) => write!(
                formatter,
                "the timestamp is more than {tolerance} s from now: correct the clocks, or sign the request again"
            ),
            Self::SchemeInvalid => formatter.write_str(
                "the scheme signs a timestamp but does not say where to find it: use a version of the plug that does",
            ),
        }
    }
}

impl std::error::Error for VerifyError {}
