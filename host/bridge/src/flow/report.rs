//! Counts and logs failed requests, so that operators see why they fail.
//!
//! Anyone can send requests that are refused, so each reason is logged at most once a second, with the number of
//! suppressed lines.

use cordboard_core::text::short;
use tracing::field::display;

use cordboard_core::rules;
use cordboard_runtime::contract::crm::Outcome;
use cordboard_store::Verdict;

use super::{ApiError, BridgeState, RequestId};

/// Counts and logs a refused request.
pub fn refused(state: &BridgeState, side: &'static str, route: &str, error: &ApiError) {
    if let Some(suppressed) = state.counters.refused(side, error.reason()) {
        let (route, reason, detail) = (short(route), error.reason(), short(&error.detail()));
        let request_id = RequestId::current().map(display);
        tracing::warn!(side, route, reason, request_id, suppressed, %detail, "request refused");
    }
}

/// Counts a completed command of the CRM, and logs it if it failed.
pub(super) fn completed(state: &BridgeState, route: &str, outcome: &Outcome) {
    let Outcome::Failed(failure) = outcome else {
        state.counters.answered("crm");
        return;
    };
    let (reason, detail) = rules::failure(failure);
    if let Some(suppressed) = state.counters.refused("crm", reason) {
        let request_id = RequestId::current().map(display);
        tracing::warn!(side = "crm", route, reason, request_id, suppressed, detail = %short(detail), "command failed");
    }
}

/// Counts and logs a webhook request that its plug could not process, stored under this id.
pub(super) fn unprocessed(state: &BridgeState, route: &str, verdict: Verdict, inbound_request: &str) {
    let reason = verdict.word();
    if let Some(suppressed) = state.counters.refused("provider", reason) {
        tracing::warn!(
            side = "provider",
            route,
            reason,
            request_id = RequestId::current().map(display),
            inbound_request,
            suppressed,
            "webhook request stored for another version of its plug"
        );
    }
}
