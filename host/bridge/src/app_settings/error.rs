//! Errors of settings calls.

use std::fmt;

use cordboard_runtime::CallError;
use cordboard_runtime::contract::settings::{ErrorResponse, SettingsError};

/// Why a settings call failed.
#[derive(Debug)]
pub enum AppSettingsError {
    /// The configuration or the plug does not allow the call. Says why.
    Unusable(String),
    /// The plug call failed.
    Broken(CallError),
    /// The plug returned an error. With it, what the host knows about a request that got no answer.
    Settings(SettingsError, Option<Unanswered>),
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Unanswered {
    /// Why there is no answer, without secrets.
    pub reason: String,
    /// Whether the vendor may have received the request.
    pub reached: bool,
}

impl AppSettingsError {
    pub(super) fn unusable(why: impl fmt::Display) -> Self {
        Self::Unusable(why.to_string())
    }

    /// Returns the vendor's error response, if there is one.
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

    /// Returns whether the vendor has no such settings.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Settings(SettingsError::NotFound(_), _))
    }

    /// Returns whether the vendor rejected the key or token.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Settings(SettingsError::Unauthorized(_), _))
    }

    /// Returns whether a request without an answer may have been carried out.
    pub fn may_be_done(&self) -> bool {
        matches!(self, Self::Settings(_, Some(unanswered)) if unanswered.reached)
    }
}

impl fmt::Display for AppSettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(message) => formatter.write_str(message),
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
        SettingsError::Invalid(message) | SettingsError::Unavailable(message) => {
            return formatter.write_str(message);
        }
        SettingsError::RateLimited(Some(seconds)) => {
            return write!(formatter, "the vendor is limiting requests: try again in {seconds} s");
        }
        SettingsError::RateLimited(None) => {
            return formatter.write_str("the vendor is limiting requests: try again in a minute");
        }
        SettingsError::Unauthorized(error_response) => (
            error_response,
            "check that the key or token in the app's settings is valid and belongs to the account that owns the app",
        ),
        SettingsError::NotFound(error_response) => {
            (error_response, "check the app's id, or create what is not set yet")
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

/// Returns the fix for any other error response.
fn refused(error_response: &ErrorResponse) -> &'static str {
    match (error_response.status, error_response.message.is_empty()) {
        // Temporarily locked or being migrated.
        (423 | 477 | 500.., _) => "try again later",
        (_, false) => "fix what it names",
        (_, true) => "check the address and version of its API in the app's settings",
    }
}

impl std::error::Error for AppSettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_response_is_shown_in_full() {
        let error_response = ErrorResponse {
            status: 401,
            category: "INVALID_AUTHENTICATION".to_owned(),
            message: "Credentials not found.".to_owned(),
            correlation_id: Some("aaaa-1".to_owned()),
        };
        let shown = AppSettingsError::Settings(SettingsError::Unauthorized(error_response), None).to_string();
        assert_eq!(
            shown,
            "the vendor answered 401 INVALID_AUTHENTICATION “Credentials not found.” (correlation id aaaa-1): check \
             that the key or token in the app's settings is valid and belongs to the account that owns the app"
        );
        for (status, message, expected) in [
            (400, "", "the vendor answered 400: check the address and version of its API in the app's settings"),
            (400, "No.", "the vendor answered 400 “No.”: fix what it names"),
            (423, "Locked.", "the vendor answered 423 “Locked.”: try again later"),
            (500, "internal error", "the vendor answered 500 “internal error”: try again later"),
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
