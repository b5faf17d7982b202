//! The results of calling an operation once.

use cordboard_core::engine::Pause;

use cordboard::contract::conference::Conference;
use cordboard::contract::crm::Command;
use cordboard::contract::effect::Failure;
use cordboard::contract::http::{Rejection, WebhookResponse};
use cordboard::contract::provider::Receipt;
use cordboard::contract::settings::SettingsError;
use cordboard::contract::telephone::PhoneNumber;

/// The final result of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Output {
    /// The result of `create` and `update`.
    Conference(Conference),
    /// The result of `delete`.
    Deleted,
    /// The result of `verify-user`.
    User(Option<String>),
    /// The result of `receive`.
    Receipt(Receipt),
    /// The result of `decode`.
    Command(Command),
    /// The result of `encode`.
    Response(WebhookResponse),
    /// The result of `phone-numbers`.
    Numbers(Vec<PhoneNumber>),
    /// The result of an operation of the settings contract.
    Settings,
    /// The failure of an operation that calls a provider.
    Failed(Failure),
    /// The rejection of a webhook request by `receive` or `decode`.
    Rejected(Rejection),
    /// The error of an operation of the settings contract.
    SettingsFailed(SettingsError),
}

/// The result of a single call. A failure is an output, too.
pub(super) type PlugStep = Result<Output, Pause<Output>>;

impl From<Failure> for Output {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Rejection> for Output {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<SettingsError> for Output {
    fn from(error: SettingsError) -> Self {
        Self::SettingsFailed(error)
    }
}

impl Output {
    /// The kind of output, in the contract's terms.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Conference(_) => "a conference",
            Self::Deleted => "success",
            Self::User(_) => "a user",
            Self::Receipt(_) => "a receipt",
            Self::Command(_) => "a command",
            Self::Response(_) => "a response",
            Self::Numbers(_) => "telephone numbers",
            Self::Settings => "success",
            Self::Failed(failure) => match failure {
                Failure::NotFound => "`not-found`",
                Failure::Unsupported => "`unsupported`",
                Failure::Invalid(_) => "`invalid`",
                Failure::CredentialsRejected => "`credentials-rejected`",
                Failure::RateLimited(_) => "`rate-limited`",
                Failure::Unavailable(_) => "`unavailable`",
            },
            Self::Rejected(Rejection::Malformed(_)) => "`malformed`",
            Self::Rejected(Rejection::Unsupported(_)) => "`unsupported`",
            Self::SettingsFailed(error) => match error {
                SettingsError::Invalid(_) => "`invalid`",
                SettingsError::Unauthorized(_) => "`unauthorized`",
                SettingsError::NotFound(_) => "`not-found`",
                SettingsError::RateLimited(_) => "`rate-limited`",
                SettingsError::Refused(_) => "`refused`",
                SettingsError::Unavailable(_) => "`unavailable`",
            },
        }
    }

    /// The message of a failure, if it has one.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Failed(Failure::Invalid(why) | Failure::Unavailable(why))
            | Self::Rejected(Rejection::Malformed(why) | Rejection::Unsupported(why))
            | Self::SettingsFailed(SettingsError::Invalid(why) | SettingsError::Unavailable(why)) => Some(why),
            _ => None,
        }
    }
}
