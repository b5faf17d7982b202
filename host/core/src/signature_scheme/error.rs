//! Verification errors.

/// Why a request could not be authenticated. Holds only names from the scheme and settings: no secrets, and nothing
/// from the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// This header occurs more than once.
    #[error("the header `{0}` occurs more than once: send it once, and check for a proxy that adds it")]
    HeaderDuplicated(String),
    /// This header is missing.
    #[error("the header `{0}` is missing: configure the sender to send it, and proxies to forward it")]
    HeaderMissing(String),
    /// The request has no signature of the route's schemes.
    #[error("the request is not signed: configure the sender to sign it, and proxies to forward all headers")]
    SignatureMissing,
    /// The operator does not accept this signature scheme.
    #[error(
        "the signature scheme `{0}` is not accepted: add it to `accept-signatures`, or configure the sender to use \
         another"
    )]
    NotAccepted(String),
    /// None of these settings has a value.
    #[error("no secret is set to authenticate the sender: set `{}`", .0.join("` or `"))]
    SecretUnset(Vec<String>),
    /// The value of this setting is not encoded as the scheme requires.
    #[error("the setting `{0}` is not valid base64: copy the secret as the sender shows it")]
    SecretUnreadable(String),
    /// The value of this header does not match the secret.
    #[error(
        "the header `{0}` does not match the secret: set the same secret on both sides, or both values during a \
         rotation"
    )]
    SecretMismatch(String),
    /// The signature in this header does not match.
    #[error(
        "the signature in `{0}` does not match: check that the secret is the sender's, that `public-url` is the \
         address it calls, and that no proxy changes the body or the address"
    )]
    SignatureMismatch(String),
    /// The timestamp in this header is not a single number.
    #[error("the timestamp in `{0}` is not a decimal number: send it as the scheme requires")]
    TimestampUnreadable(String),
    /// The timestamp differs from the current time by more than this many seconds.
    #[error("the timestamp is more than {0} s from now: correct the clocks, or sign the request again")]
    Stale(u32),
    /// The scheme signs a timestamp but does not say where to find it.
    #[error("the scheme signs a timestamp but does not say where to find it: use a version of the plug that does")]
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
