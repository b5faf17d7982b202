//! What comes of running an operation once.

use cordboard::contract::conference::Conference;
use cordboard::contract::crm::Command;
use cordboard::contract::effect::{Effect, Failure, Pause};
use cordboard::contract::http::{Rejection, WebhookResponse};
use cordboard::contract::provider::{Receipt, ReceivePause};
use cordboard::contract::settings::{SettingsError, SettingsPause};
use cordboard::contract::telephone::PhoneNumber;

/// What an operation gave in the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Output {
    /// Of `create` and `update`.
    Conference(Conference),
    /// Of `delete`.
    Deleted,
    /// Of `verify-user`.
    User(Option<String>),
    /// Of `receive`.
    Receipt(Receipt),
    /// Of `decode`.
    Command(Command),
    /// Of `encode`.
    Response(WebhookResponse),
    /// Of `phone-numbers`.
    Numbers(Vec<PhoneNumber>),
    /// Of the settings contract's operations.
    Settings,
    /// Of those that ask a provider.
    Failed(Failure),
    /// Of `receive` and `decode`.
    Rejected(Rejection),
    /// Of the settings contract's operations.
    Refused(SettingsError),
}

/// What one run gave.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PlugStep {
    /// This is wanted first.
    Effect(Effect),
    /// The end.
    Output(Output),
}

impl PlugStep {
    pub fn of<P: Into<Self>>(result: Result<Output, P>) -> Self {
        result.map_or_else(Into::into, Self::Output)
    }
}

impl From<Pause> for PlugStep {
    fn from(pause: Pause) -> Self {
        match pause {
            Pause::Effect(effect) => Self::Effect(effect),
            Pause::Failed(failure) => Self::Output(Output::Failed(failure)),
        }
    }
}

impl From<ReceivePause> for PlugStep {
    fn from(pause: ReceivePause) -> Self {
        match pause {
            ReceivePause::Effect(effect) => Self::Effect(effect),
            ReceivePause::Rejected(rejection) => Self::Output(Output::Rejected(rejection)),
        }
    }
}

impl From<Rejection> for PlugStep {
    fn from(rejection: Rejection) -> Self {
        Self::Output(Output::Rejected(rejection))
    }
}

impl From<SettingsPause> for PlugStep {
    fn from(pause: SettingsPause) -> Self {
        match pause {
            SettingsPause::Effect(effect) => Self::Effect(effect),
            SettingsPause::Failed(error) => Self::Output(Output::Refused(error)),
        }
    }
}

impl Output {
    /// What it is, in a word or two of the contract.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Conference(_) => "a conference",
            Self::Deleted => "that it is deleted",
            Self::User(_) => "a user",
            Self::Receipt(_) => "a receipt",
            Self::Command(_) => "a command",
            Self::Response(_) => "a response",
            Self::Numbers(_) => "telephone numbers",
            Self::Settings => "that all is well",
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
            Self::Refused(error) => match error {
                SettingsError::Invalid(_) => "`invalid`",
                SettingsError::Unauthorized(_) => "`unauthorized`",
                SettingsError::NotFound(_) => "`not-found`",
                SettingsError::RateLimited(_) => "`rate-limited`",
                SettingsError::Refused(_) => "`refused`",
                SettingsError::Unavailable(_) => "`unavailable`",
            },
        }
    }

    /// The sentence of a failure that has one.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Self::Failed(Failure::Invalid(why) | Failure::Unavailable(why))
            | Self::Rejected(Rejection::Malformed(why) | Rejection::Unsupported(why))
            | Self::Refused(SettingsError::Invalid(why) | SettingsError::Unavailable(why)) => Some(why),
            _ => None,
        }
    }
}
