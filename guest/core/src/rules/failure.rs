//! What a plug says when it could not do what it was asked.

use crate::types::effect::Failure;
use crate::types::http::Rejection;

/// How much is kept of such a sentence, in characters.
const MAX_SENTENCE: usize = 512;

/// Why it could not: a short word for counters, and half a sentence for the operator, whose words may be the
/// provider's.
pub fn failure(failure: &Failure) -> (&'static str, &str) {
    match failure {
        Failure::NotFound => ("provider-not-found", "the provider has no such conference"),
        Failure::Unsupported => ("plug-unsupported", "the account's plug cannot do this"),
        Failure::Invalid(why) => ("provider-invalid", why),
        Failure::CredentialsRejected => {
            ("provider-credentials", "the provider refuses our credentials: correct the connection's settings")
        }
        Failure::RateLimited(_) => ("provider-rate-limited", "the provider is asked too often"),
        Failure::Unavailable(why) => ("provider-unavailable", why),
    }
}

/// A failure or rejection with its sentence cut to what is journaled and shown. People read it and nothing depends on
/// it, so that a long one is cut instead of refused.
#[must_use]
pub trait Shortened: Sized {
    /// It, cut.
    fn shortened(self) -> Self;
}

impl Shortened for Failure {
    fn shortened(self) -> Self {
        match self {
            Self::Invalid(why) => Self::Invalid(cut(why)),
            Self::Unavailable(why) => Self::Unavailable(cut(why)),
            other @ (Self::NotFound | Self::Unsupported | Self::CredentialsRejected | Self::RateLimited(_)) => other,
        }
    }
}

impl Shortened for Rejection {
    fn shortened(self) -> Self {
        match self {
            Self::Malformed(why) => Self::Malformed(cut(why)),
            Self::Unsupported(what) => Self::Unsupported(cut(what)),
        }
    }
}

/// The cut text is a new one: the plug's may hold megabytes.
fn cut(text: String) -> String {
    if text.char_indices().nth(MAX_SENTENCE).is_none() {
        return text;
    }
    text.chars().take(MAX_SENTENCE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_cut_and_a_short_one_stays() {
        let long = "é".repeat(MAX_SENTENCE * 10);
        let cut = "é".repeat(MAX_SENTENCE);
        assert_eq!(Failure::Invalid(long.clone()).shortened(), Failure::Invalid(cut.clone()));
        assert_eq!(Failure::Unavailable(long.clone()).shortened(), Failure::Unavailable(cut.clone()));
        assert_eq!(Rejection::Malformed(long.clone()).shortened(), Rejection::Malformed(cut.clone()));
        assert_eq!(Rejection::Unsupported(long).shortened(), Rejection::Unsupported(cut.clone()));
        assert_eq!(Failure::Invalid(cut.clone()).shortened(), Failure::Invalid(cut));
        assert_eq!(Failure::RateLimited(Some(7)).shortened(), Failure::RateLimited(Some(7)));
    }
}
