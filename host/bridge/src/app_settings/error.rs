//! Errors of settings calls.

use cordboard_config::AppError;
use cordboard_core::AppId;
use cordboard_egress::BuildError;
use cordboard_runtime::CallError;
use cordboard_runtime::contract::settings::{ErrorResponse, SettingsError};

use crate::registry::{PlugError, RegistryError};

/// Why a settings call failed.
#[derive(Debug, thiserror::Error)]
pub enum AppSettingsError {
    /// The configuration has no such app, or several to choose from.
    #[error(transparent)]
    App(#[from] AppError),
    /// The library of plugs cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The app's plug cannot be loaded.
    #[error(transparent)]
    Plug(#[from] PlugError),
    /// The app's plug does not manage settings.
    #[error("the plug `{plug}` of app {app} does not manage settings at its vendor: set them there by hand")]
    NoSettings {
        /// The name of the plug.
        plug: String,
        /// The app.
        app: AppId,
    },
    /// Requests to the vendor cannot be sent.
    #[error(transparent)]
    Egress(#[from] BuildError),
    /// The system provides no randomness.
    #[error("the system provides no randomness: try again")]
    Randomness,
    /// The plug returns a result without a request.
    #[error("the plug sends no request for this call: there is nothing to show")]
    NoRequest,
    /// The plug call failed.
    #[error(transparent)]
    Broken(#[from] CallError),
    /// The plug returned an error. With it, what the host knows about a request that got no answer.
    #[error("{}", describe(.0, .1.as_ref()))]
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

fn describe(error: &SettingsError, unanswered: Option<&Unanswered>) -> String {
    let text = match error {
        SettingsError::Invalid(message) | SettingsError::Unavailable(message) => message.clone(),
        SettingsError::RateLimited(Some(seconds)) => {
            format!("the vendor is limiting requests: try again in {seconds} s")
        }
        SettingsError::RateLimited(None) => "the vendor is limiting requests: try again in a minute".to_owned(),
        SettingsError::Unauthorized(response) => {
            let hint = "check that the key or token in the app's settings is valid and belongs to the account that \
                        owns the app";
            describe_response(response, hint)
        }
        SettingsError::NotFound(response) => {
            describe_response(response, "check the app's id, or create what is not set yet")
        }
        SettingsError::Refused(response) => describe_response(response, refused(response)),
    };
    match unanswered {
        Some(unanswered) => format!("{text} ({})", unanswered.reason),
        None => text,
    }
}

fn describe_response(response: &ErrorResponse, hint: &str) -> String {
    let ErrorResponse { status, category, message, correlation_id } = response;
    let category = if category.is_empty() { String::new() } else { format!(" {category}") };
    let message = if message.is_empty() { String::new() } else { format!(" “{message}”") };
    let id = correlation_id.as_ref().map(|id| format!(" (correlation id {id})")).unwrap_or_default();
    format!("the vendor answered {status}{category}{message}{id}: {hint}")
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
