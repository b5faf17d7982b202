//! What did not go well, counted and said in the log: an operator must see why requests fail.
//!
//! Strangers can be refused as often as they like, so each reason is said once a second at most, with how often it came
//! meanwhile.

use cordboard_core::text::short;

use crate::contract::crm::Outcome;
use crate::plug::rules;
use crate::store::Verdict;

use super::{ApiError, BridgeState};

/// A request was refused.
pub fn refused(state: &BridgeState, side: &'static str, route: &str, error: &ApiError) {
    if let Some(suppressed) = state.counters.refused(side, error.reason()) {
        let (route, reason, detail) = (short(route), error.reason(), short(&error.detail()));
        tracing::warn!(side, route, reason, suppressed, "{detail}");
    }
}

/// A command of the CRM ended, well or not.
pub(super) fn completed(state: &BridgeState, route: &str, outcome: &Outcome) {
    let Outcome::Failed(failure) = outcome else {
        state.counters.answered("crm");
        return;
    };
    let (reason, detail) = rules::failure(failure);
    if let Some(suppressed) = state.counters.refused("crm", reason) {
        tracing::warn!(side = "crm", route, reason, suppressed, "{}", short(detail));
    }
}

/// A delivery, of this id, was kept for another version of its plug.
pub(super) fn unprocessed(state: &BridgeState, route: &str, verdict: Verdict, inbound_request: &str) {
    let reason = match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Malformed => "malformed",
        Verdict::Unsupported => "unsupported",
        Verdict::DeadLettered => "dead-lettered",
    };
    if let Some(suppressed) = state.counters.refused("provider", reason) {
        let detail = "a delivery is kept for another version of its plug";
        tracing::warn!(side = "provider", route, reason, inbound_request, suppressed, "{detail}");
    }
}
