//! Why there is nothing to show.

use std::fmt;

use crate::contract::settings::{ErrorResponse, SettingsError};
use crate::plug::CallError;

/// Why a call had no result.
#[derive(Debug)]
pub enum AppSettingsError {
    /// Configuration or plug do not let anything be asked; a sentence.
    Unusable(String),
    /// The plug gave no result.
    Broken(CallError),
    /// The plug's own word, and what the host knows beyond it of a request that was not answered.
    Settings(SettingsError, Option<Unanswered>),
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Unanswered {
    /// Why, without a secret.
    pub reason: String,
    /// False only where it is certain that the vendor did not get it.
    pub reached: bool,
}

impl AppSettingsError {
    pub(super) fn unusable(why: impl fmt::Display) -> Self {
        Self::Unusable(why.to_string())
    }

    /// The vendor's refusal, where it gave one.
    pub fn error_response(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Settings(
                SettingsError::Unauthorized(error_response)
                | SettingsError::NotFound(error_response)
                | SettingsError::Refused(error_response),
                _,
            ) => Some(error_response),
            _ => None,
        }
    }

    /// Whether nothing is set at the vendor.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Settings(SettingsError::NotFound(_), _))
    }

    /// Whether the vendor takes neither key nor token.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Settings(SettingsError::Unauthorized(_), _))
    }

    /// Whether a request that was not answered may have been carried out.
    pub fn may_be_done(&self) -> bool {
        matches!(self, Self::Settings(_, Some(unanswered)) if unanswered.reached)
    }
}

impl fmt::Display for AppSettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(sentence) => formatter.write_str(sentence),
            Self::Broken(error) => error.fmt(formatter),
            Self::Settings(error, unanswered) => {
                settings(error, formatter)?;
                unanswered.as_ref().map_or(Ok(()), |unanswered| write!(formatter, " ({})", unanswered.reason))
            }
        }
    }
}

fn settings(error: &SettingsError, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (error_response, hint) = match error {
        SettingsError::Invalid(sentence) | SettingsError::Unavailable(sentence) => {
            return formatter.write_str(sentence);
        }
        SettingsError::RateLimited(Some(seconds)) => {
            return write!(formatter, "the vendor takes no more requests for now: try again in {seconds} s");
        }
        SettingsError::RateLimited(None) => {
            return formatter.write_str("the vendor takes no more requests for now: try again in a minute");
        }
        SettingsError::Unauthorized(error_response) => (
            error_response,
            "see that the key or token in the app's settings is right and of the account that owns the app",
        ),
        SettingsError::NotFound(error_response) => {
            (error_response, "see that the app's number is right, or set what is not set yet")
        }
        SettingsError::Refused(error_response) => (error_response, refused(error_response)),
    };
    write!(formatter, "the vendor answered {}", error_response.status)?;
    if !error_response.category.is_empty() {
        write!(formatter, " {}", error_response.category)?;
    }
    if !error_response.message.is_empty() {
        write!(formatter, " “{}”", error_response.message)?;
    }
    if let Some(id) = &error_response.correlation_id {
        write!(formatter, " (correlation id {id})")?;
    }
    write!(formatter, ": {hint}")
}

/// The fix of any other refusal.
fn refused(error_response: &ErrorResponse) -> &'static str {
    match (error_response.status, error_response.message.is_empty()) {
        // Locked or under way to another place, for a while.
        (423 | 477 | 500.., _) => "try again in a while",
        (_, false) => "correct what it names",
        (_, true) => "see that address and version of its API are right in the app's settings",
    }
}

impl std::error::Error for AppSettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_shown_with_all_that_the_vendor_said() {
        let error_response = ErrorResponse {
            status: 401,
            category: "INVALID_AUTHENTICATION".to_owned(),
            message: "Credentials not found.".to_owned(),
            correlation_id: Some("aaaa-1".to_owned()),
        };
        let shown = AppSettingsError::Settings(SettingsError::Unauthorized(error_response), None).to_string();
        assert_eq!(
            shown,
            "the vendor answered 401 INVALID_AUTHENTICATION “Credentials not found.” (correlation id aaaa-1): see that \
             the key or token in the app's settings is right and of the account that owns the app"
        );
        for (status, message, expected) in [
            (
                400,
                "",
                "the vendor answered 400: see that address and version of its API are right in the app's settings",
            ),
            (400, "No.", "the vendor answered 400 “No.”: correct what it names"),
            (423, "Locked.", "the vendor answered 423 “Locked.”: try again in a while"),
            (500, "internal error", "the vendor answered 500 “internal error”: try again in a while"),
        ] {
            let error_response =
                ErrorResponse { status, category: String::new(), message: message.to_owned(), correlation_id: None };
            let shown = AppSettingsError::Settings(SettingsError::Refused(error_response), None).to_string();
            assert_eq!(shown, expected);
        }
        let down = SettingsError::Unavailable("no answer".to_owned());
        let unanswered = Unanswered { reason: "no connection".to_owned(), reached: false };
        let shown = AppSettingsError::Settings(down, Some(unanswered)).to_string();
        assert_eq!(shown, "no answer (no connection)");
    }
}
