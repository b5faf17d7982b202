//! The emulator's errors.

use std::time::Duration;

use super::text::truncate;

/// An error that keeps the emulator from starting.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The options are invalid.
    #[error("{0}")]
    Options(String),
    /// The system provides no random bytes for secrets.
    #[error("the system provides no random bytes: try again")]
    Randomness,
    /// The HTTP client cannot be created.
    #[error("cannot create an HTTP client ({0}): check the system's limits")]
    Client(String),
}

/// The reason why a request was rejected without any effect.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// A value is invalid.
    #[error("{0}")]
    Invalid(String),
    /// There is no such account, user or meeting.
    #[error("{0}")]
    NotFound(String),
    /// It conflicts with the state: a webhook is not set, or a meeting is no longer booked.
    #[error("{0}")]
    Conflict(String),
    /// A limit on stored items is reached.
    #[error("{0}")]
    LimitReached(String),
}

/// Formats an error with its chain of sources on one line.
pub(super) fn error_chain(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let mut messages: Vec<String> = Vec::new();
    for text in chain.map(ToString::to_string) {
        // Wrappers often repeat the message of the error that they wrap.
        if !messages.iter().any(|before| before.contains(&text)) {
            messages.push(text);
        }
    }
    truncate(&messages.join(": "), 300)
}

/// Formats a duration for people.
pub(super) fn seconds(time: Duration) -> String {
    match time.as_millis() {
        whole if whole % 1000 == 0 => format!("{} s", whole / 1000),
        millis => format!("{millis} ms"),
    }
}
