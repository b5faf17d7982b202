//! What did not go well, counted and said in the log: an owner must see why requests fail.
//!
//! Strangers can be refused as often as they like, so each reason is said once a second at most, with how often it came
//! meanwhile.

use cordboard_core::text::short;

use crate::contract::crm::Outcome;
use crate::plug::rules;
use crate::store::Verdict;

use super::{ApiError, Switchboard};

/// A request was refused.
pub fn refused(board: &Switchboard, side: &'static str, route: &str, error: &ApiError) {
    if let Some(unsaid) = board.counters.refused(side, error.reason()) {
        let (route, reason, detail) = (short(route), error.reason(), short(&error.detail()));
        tracing::warn!(side, route, reason, unsaid, "{detail}");
    }
}

/// A command of the CRM ended, well or not.
pub(super) fn landed(board: &Switchboard, route: &str, outcome: &Outcome) {
    let Outcome::Failed(failure) = outcome else {
        board.counters.answered("crm");
        return;
    };
    let (reason, detail) = rules::failure(failure);
    if let Some(unsaid) = board.counters.refused("crm", reason) {
        tracing::warn!(side = "crm", route, reason, unsaid, "{}", short(detail));
    }
}

/// A delivery, of this id, was kept for another version of its plug.
pub(super) fn unread(board: &Switchboard, route: &str, verdict: Verdict, delivery: &str) {
    let reason = match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Malformed => "malformed",
        Verdict::Unsupported => "unsupported",
        Verdict::Quarantined => "dead-lettered",
    };
    if let Some(unsaid) = board.counters.refused("provider", reason) {
        let detail = "a delivery is kept for another version of its plug";
        tracing::warn!(side = "provider", route, reason, delivery, unsaid, "{detail}");
    }
}
