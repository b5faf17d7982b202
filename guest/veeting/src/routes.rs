//! The web hooks of Veeting Rooms. Bodies do not name their hook, so each hook has an address of its own.

use cordboard_plug::manifest::{Authenticity, IfUnset, Route, Setting};
use cordboard_plug::settings;

/// The setting for the API key of hooks without one of their own.
pub const API_KEY: &str = "api-key";

/// A web hook.
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
    /// A summary of a meeting was made.
    SummaryCreated,
    /// The recording of a meeting was merged.
    RecordingCreated,
}

impl Hook {
    /// All.
    pub const ALL: [Self; 6] =
        [Self::Scheduled, Self::Updated, Self::Closed, Self::Deleted, Self::SummaryCreated, Self::RecordingCreated];

    /// The hook of a route.
    pub fn of(route: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == route)
    }

    /// As the sender calls it.
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
            Self::Closed => "A meeting was closed, by somebody or by itself",
            Self::Deleted => "Meetings were deleted, one or several at a time",
            Self::SummaryCreated => "A meeting's summary was made, some five minutes after it was closed",
            Self::RecordingCreated => "A recorded meeting was merged",
        }
    }

    /// Its address, for `describe`. A key is optional at the sender; without one the address itself is the secret.
    pub fn route(&self) -> Route {
        Route {
            name: self.name().to_owned(),
            summary: self.summary().to_owned(),
            methods: vec!["POST".to_owned(), "PUT".to_owned()],
            // The sender says JSON, and names no content type.
            media_types: Vec::new(),
            authenticity: Authenticity::SharedSecret("x-api-key".to_owned()),
            secrets: vec![self.api_key_name(), API_KEY.to_owned()],
            if_unset: IfUnset::Accept,
            headers: Vec::new(),
        }
    }

    /// The setting for its API key, for `describe`.
    pub fn api_key(&self) -> Setting {
        settings::inbound(&self.api_key_name(), &format!("The API key of the web hook {}", self.name()), false)
    }

    fn api_key_name(self) -> String {
        format!("{API_KEY}-{}", self.name())
    }
}
