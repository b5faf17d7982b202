//! The fields of all five webhooks, by HubSpot's names.

use serde::Deserialize;

/// A documented field, or any other.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
pub enum Field {
    AppId,
    PortalId,
    UserId,
    UserEmail,
    Topic,
    Source,
    StartTime,
    EndTime,
    ConferenceId,
    #[serde(other)]
    Unknown,
}

impl Field {
    /// As HubSpot writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AppId => "appId",
            Self::PortalId => "portalId",
            Self::UserId => "userId",
            Self::UserEmail => "userEmail",
            Self::Topic => "topic",
            Self::Source => "source",
            Self::StartTime => "startTime",
            Self::EndTime => "endTime",
            Self::ConferenceId => "conferenceId",
            Self::Unknown => "a field that HubSpot does not document",
        }
    }

    /// Whether people read it, and nothing is found by it.
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Topic | Self::Source)
    }

    /// What HubSpot documents it to be. Its documents say "Number" or "Integer"; all of them count or name something.
    pub fn kind(self) -> &'static str {
        match self {
            Self::StartTime | Self::EndTime => "a whole number of milliseconds since 1970",
            Self::AppId | Self::PortalId | Self::UserId => "a whole number",
            Self::UserEmail | Self::Topic | Self::Source | Self::ConferenceId | Self::Unknown => "a string",
        }
    }
}
