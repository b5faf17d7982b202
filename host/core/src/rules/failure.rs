//! Failures and rejections reported by a plug.

use crate::types::effect::Failure;
use crate::types::http::Rejection;

/// Maximum length of a failure's text that is stored, in characters.
const MAX_SENTENCE: usize = 512;

/// Returns a label for metrics, and the reason as a clause for the operator. The reason may come from the
/// provider.
pub fn failure(failure: &Failure) -> (&'static str, &str) {
    match failure {
        Failure::NotFound => ("provider-not-found", "the provider has no such conference"),
        Failure::Unsupported => ("plug-unsupported", "the account's plug does not support this"),
        Failure::Invalid(why) => ("provider-invalid", why),
        Failure::CredentialsRejected => {
            ("provider-credentials", "the provider rejected the credentials: correct the connection's settings")
        }
        Failure::RateLimited(_) => ("provider-rate-limited", "the provider's rate limit is exceeded"),
        Failure::Unavailable(why) => ("provider-unavailable", why),
    }
}

/// Shortens the text of a failure or rejection for the journal and for display. A long text is cut rather than refused,
/// since only people read it.
#[must_use]
pub trait Shortened: Sized {
    /// Returns the value with its text cut to the maximum length.
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
            Self::Unsupported(why) => Self::Unsupported(cut(why)),
        }
    }
}

/// Copies the text instead of truncating it, because the plug's may hold megabytes.
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
    fn only_long_texts_are_cut() {
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
