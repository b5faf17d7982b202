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
    /// HubSpot's name of the field.
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
            Self::Unknown => "an undocumented field",
        }
    }

    /// Whether it is text for people, rather than an identifier.
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Topic | Self::Source)
    }

    /// The documented type. HubSpot writes "Number" or "Integer", but all of these are counts or ids.
    pub fn kind(self) -> &'static str {
        match self {
            Self::StartTime | Self::EndTime => "a whole number of milliseconds since 1970",
            Self::AppId | Self::PortalId | Self::UserId => "a whole number",
            Self::UserEmail | Self::Topic | Self::Source | Self::ConferenceId | Self::Unknown => "a string",
        }
    }
}
