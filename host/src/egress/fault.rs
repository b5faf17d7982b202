//! Why a call brought no answer, in words that may be logged.

use std::error::Error;

use cordboard_core::text::bounded;

use super::resolve::{Refused, Unresolved};
use crate::contract::effect::OutboundFailure;

/// A call without an answer.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// What the plug is told.
    pub(super) failure: OutboundFailure,
    /// Whether the request may have left us.
    pub(super) reached: bool,
    /// What the operator is told: no secret.
    pub(super) reason: String,
}

impl Fault {
    /// The request is not one that may be sent.
    pub(super) fn refused(reason: impl Into<String>) -> Self {
        Self { failure: OutboundFailure::RefusedByPolicy, reached: false, reason: reason.into() }
    }

    /// The deadline passed.
    pub(super) fn late(reached: bool) -> Self {
        let reason = "no whole answer before the deadline".to_owned();
        Self { failure: OutboundFailure::TimedOut, reached, reason }
    }

    /// The answer is longer than is taken.
    pub(super) fn too_large(reason: String) -> Self {
        Self { failure: OutboundFailure::TooLarge, reached: true, reason }
    }

    /// The answer is not one that a plug may be shown.
    pub(super) fn unreadable(reason: String) -> Self {
        Self { failure: OutboundFailure::Unreachable, reached: true, reason }
    }

    /// What the client says. Its own words for the outermost error hold the URL, and with it perhaps a secret: only
    /// the causes below are read.
    pub(super) fn of_client(error: &reqwest::Error) -> Self {
        if let Some(Refused(reason)) = cause(error) {
            return Self::refused(reason.clone());
        }
        if let Some(Unresolved(reason)) = cause(error) {
            return Self { failure: OutboundFailure::Unreachable, reached: false, reason: bounded(reason) };
        }
        if error.is_builder() {
            return Self::refused("the HTTP client does not take the request: correct its URL");
        }
        let (failure, event) = match (error.is_timeout(), error.is_connect()) {
            (true, true) => (OutboundFailure::TimedOut, "no connection in time"),
            (true, false) => (OutboundFailure::TimedOut, "the connection went silent"),
            (false, true) => (OutboundFailure::Unreachable, "no connection"),
            (false, false) => (OutboundFailure::Unreachable, "the connection was lost"),
        };
        let reason = match innermost(error) {
            Some(words) => format!("{event}: {words}"),
            None => event.to_owned(),
        };
        Self { failure, reached: !error.is_connect(), reason }
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}

fn cause<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|error| error.downcast_ref())
}

fn innermost(error: &reqwest::Error) -> Option<String> {
    causes(error).last().map(|error| bounded(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_an_error_is_not_repeated() {
        let error = reqwest::Client::new().get("http://[::secret").build().unwrap_err();
        let fault = Fault::of_client(&error);
        assert!(!fault.reason.contains("secret"), "{}", fault.reason);
        assert!(!fault.reached);
    }
}
