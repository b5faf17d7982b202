//! Errors of a store, which say whether the failed change happened.

use std::error::Error;
use std::sync::Arc;

use cordboard_core::api_error::ApiError;

/// Why a query or a commit failed. The message is a sentence with a fix, and contains no stored value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}{}", .kind.suffix())]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// Whether a failed change happened, and whether to repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The change did not happen. The same change may succeed later: the store is overloaded, locked, full or
    /// unreachable.
    Unavailable,
    /// The change did not happen, and fails again until the store or the caller is fixed.
    Rejected,
    /// The change did not happen, because it conflicts with the stored data: another change came first.
    Conflict,
    /// The change may have happened: the connection or the disk failed during the commit.
    /// [`Store::commit`](crate::Store::commit) says which of those can be repeated.
    Unknown,
}

impl StoreErrorKind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Unknown => "; the change may have been stored nevertheless",
            Self::Unavailable | Self::Rejected | Self::Conflict => "",
        }
    }
}

impl StoreError {
    /// Creates an error without a source.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Creates a [`StoreErrorKind::Unavailable`].
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unavailable, message)
    }

    /// Creates a [`StoreErrorKind::Rejected`].
    pub fn rejected(message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Rejected, message)
    }

    /// Creates a [`StoreErrorKind::Conflict`].
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Conflict, message)
    }

    /// Adds the error of the engine. It must not quote stored values, which may be secret.
    pub fn with_source(self, source: impl Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(source)), ..self }
    }

    /// Returns the kind, which says whether the change happened.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

/// Every failure is answered with 503: the sender may repeat the request, which reads the store again.
impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let why = format!("the store failed: {error}");
        match error.kind {
            StoreErrorKind::Unknown => Self::OutcomeUnknown(why),
            StoreErrorKind::Unavailable | StoreErrorKind::Rejected | StoreErrorKind::Conflict => Self::Unavailable(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_the_change_has_done() {
        let unknown = StoreError::new(StoreErrorKind::Unknown, "the disk failed").with_source(std::fmt::Error);
        assert_eq!(unknown.to_string(), "the disk failed; the change may have been stored nevertheless");
        assert!(unknown.source().is_some());
        for error in [StoreError::conflict("it exists"), StoreError::rejected("it is damaged")] {
            assert!(!error.to_string().contains(';'));
        }
    }

    #[test]
    fn only_a_change_that_did_not_happen_is_answered_as_not_lost() {
        let unknown = ApiError::from(StoreError::new(StoreErrorKind::Unknown, "the disk failed"));
        assert!(
            matches!(&unknown, ApiError::OutcomeUnknown(why) if why.contains("may have been stored")),
            "{unknown:?}"
        );
        for error in [StoreError::unavailable("it is full"), StoreError::rejected("it is damaged")] {
            assert!(matches!(ApiError::from(error), ApiError::Unavailable(_)));
        }
    }
}
