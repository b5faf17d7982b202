//! Failures of outgoing requests, with reasons that are safe to log.

use std::error::Error;

use cordboard_core::text::bounded;
use cordboard_core::types::effect::OutboundFailure;

use super::address::AddressError;
use super::resolve::Unresolved;

/// A failed request.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// The failure that the plug sees.
    pub(super) failure: OutboundFailure,
    /// Whether the request may have been sent.
    pub(super) reached: bool,
    /// The reason for the operator, without secrets.
    pub(super) reason: String,
}

impl Fault {
    /// The request must not be sent.
    pub(super) fn refused(reason: impl ToString) -> Self {
        Self { failure: OutboundFailure::RefusedByPolicy, reached: false, reason: reason.to_string() }
    }

    /// The deadline passed.
    pub(super) fn late(reached: bool) -> Self {
        let reason = "no complete response before the deadline".to_owned();
        Self { failure: OutboundFailure::TimedOut, reached, reason }
    }

    /// The response exceeds a size limit.
    pub(super) fn too_large(reason: String) -> Self {
        Self { failure: OutboundFailure::TooLarge, reached: true, reason }
    }

    /// The response must not be shown to the plug.
    pub(super) fn unreadable(reason: String) -> Self {
        Self { failure: OutboundFailure::Unreachable, reached: true, reason }
    }

    /// Converts an error of the HTTP client. The outermost error contains the URL, which may contain a secret, so only
    /// its causes are used.
    pub(super) fn of_client(error: &reqwest::Error) -> Self {
        if let Some(refused) = cause::<AddressError>(error) {
            return Self::refused(refused);
        }
        if let Some(unresolved) = cause::<Unresolved>(error) {
            let reason = bounded(&unresolved.to_string());
            return Self { failure: OutboundFailure::Unreachable, reached: false, reason };
        }
        if error.is_builder() {
            return Self::refused("the HTTP client rejects the request: correct its URL");
        }
        let (failure, event) = match (error.is_timeout(), error.is_connect()) {
            (true, true) => (OutboundFailure::TimedOut, "connecting timed out"),
            (true, false) => (OutboundFailure::TimedOut, "the connection timed out"),
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
    fn the_reason_does_not_contain_the_url() {
        let error = reqwest::Client::new().get("http://[::secret").build().unwrap_err();
        let fault = Fault::of_client(&error);
        assert!(!fault.reason.contains("secret"), "{}", fault.reason);
        assert!(!fault.reached);
    }
}
