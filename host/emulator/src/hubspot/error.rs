//! What goes wrong, each in a sentence.

use std::time::Duration;

use super::text::cut;

/// Why there is no emulator.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The options do not fit together; the sentence says which.
    #[error("{0}")]
    Options(String),
    /// The system gives no randomness, so there are no secrets to be had.
    #[error("the system gives no randomness: try again")]
    Randomness,
    /// The system gives no HTTP client.
    #[error("there is no HTTP client to be had ({0}): look at the system's limits")]
    Client(String),
}

/// Why nothing was tried: the request itself does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// A value is out of its bounds.
    #[error("{0}")]
    Invalid(String),
    /// There is no such account, user or meeting.
    #[error("{0}")]
    Unknown(String),
    /// It does not fit what is there: a webhook that is not set, a meeting that is over.
    #[error("{0}")]
    Conflict(String),
    /// No more of them are held.
    #[error("{0}")]
    Full(String),
}

impl Error {
    /// An error of an HTTP client, without the address.
    pub(super) fn client(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Client(reasons(error))
    }
}

/// An error with all that it came of, on one line.
pub(super) fn reasons(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let mut said: Vec<String> = Vec::new();
    for text in chain.map(ToString::to_string) {
        // Wrappers often say again what they wrap.
        if !said.iter().any(|before| before.contains(&text)) {
            said.push(text);
        }
    }
    cut(&said.join(": "), 300)
}

/// A time as people read it.
pub(super) fn seconds(time: Duration) -> String {
    match time.as_millis() {
        whole if whole % 1000 == 0 => format!("{} s", whole / 1000),
        millis => format!("{millis} ms"),
    }
}
