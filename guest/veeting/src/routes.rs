//! The routes for Veeting's webhooks. Bodies do not name their webhook, so each has its own route.

use cordboard_plug::manifest::{Authenticity, IfUnset, Route, Setting};
use cordboard_plug::settings;

/// The key of the setting with the API key for webhooks without their own.
pub const API_KEY: &str = "api-key";

/// A webhook.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hook {
    /// A meeting was scheduled.
    Scheduled,
    /// A meeting was updated.
    Updated,
    /// A meeting was closed.
    Closed,
    /// Meetings were deleted.
    Deleted,
    /// The summary of a meeting was created.
    SummaryCreated,
    /// The recording of a meeting was merged.
    RecordingCreated,
}

impl Hook {
    /// All webhooks.
    pub const ALL: [Self; 6] =
        [Self::Scheduled, Self::Updated, Self::Closed, Self::Deleted, Self::SummaryCreated, Self::RecordingCreated];

    /// Returns the webhook of a route.
    pub fn of(route: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == route)
    }

    /// Returns the sender's name of the webhook.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "onMeetingScheduled",
            Self::Updated => "onMeetingUpdated",
            Self::Closed => "onMeetingClosed",
            Self::Deleted => "onMeetingDeleted",
            Self::SummaryCreated => "onMeetingSummaryCreated",
            Self::RecordingCreated => "onMeetingRecordingCreated",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Scheduled => "A new meeting was scheduled",
            Self::Updated => "A meeting was updated",
            Self::Closed => "A meeting was closed, manually or automatically",
            Self::Deleted => "One or several meetings were deleted",
            Self::SummaryCreated => "A meeting's summary was created, about five minutes after it was closed",
            Self::RecordingCreated => "The recording of a meeting was merged",
        }
    }

    /// Returns the route, for `describe`. The sender's API key is optional; without it the address is the only secret.
    pub fn route(&self) -> Route {
        Route {
            name: self.name().to_owned(),
            summary: self.summary().to_owned(),
            methods: vec!["POST".to_owned(), "PUT".to_owned()],
            // The sender documents JSON bodies, but no content type.
            media_types: Vec::new(),
            authenticity: Authenticity::SharedSecret("x-api-key".to_owned()),
            secrets: vec![self.api_key_name(), API_KEY.to_owned()],
            if_unset: IfUnset::Accept,
            headers: Vec::new(),
        }
    }

    /// Returns the setting for its API key, for `describe`.
    pub fn api_key(&self) -> Setting {
        settings::inbound(&self.api_key_name(), &format!("API key of the webhook {}", self.name()), false)
    }

    fn api_key_name(self) -> String {
        format!("{API_KEY}-{}", self.name())
    }
}
