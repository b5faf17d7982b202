//! Counts and logs failed requests, so that operators see why they fail.
//!
//! Anyone can send requests that are refused, so each reason is logged at most once a second, with the number of
//! suppressed lines.

use std::sync::Arc;
use std::time::Duration;

use cordboard_core::text::short;
use tokio::sync::Semaphore;
use tracing::field::display;

use crate::counters::Counters;
use cordboard_core::rules;
use cordboard_runtime::contract::crm::Outcome;
use cordboard_store::Verdict;

use super::reply::Reply;
use super::{ApiError, RawRequest, RequestId};
use crate::random::random_bytes;

/// How long the answer to a rate-limited request is delayed at least. The delay is random, up to about twice as long, so
/// that concurrent senders do not all come back at once.
const HOLD_BACK: Duration = Duration::from_millis(250);
/// The maximum number of delayed answers, which must be lower than the number of connections.
const MAX_HELD_BACK: usize = 256;

/// Counts and logs the results of requests.
pub struct Reporter {
    pub(super) counters: Arc<Counters>,
    // Limits how many answers are delayed at a time.
    held_back: Semaphore,
}

impl Reporter {
    /// Creates a reporter that counts with these counters.
    pub fn new(counters: Arc<Counters>) -> Self {
        Self { counters, held_back: Semaphore::new(MAX_HELD_BACK) }
    }

    /// Counts and logs a refused request.
    pub fn refused(&self, side: &'static str, route: &str, error: &ApiError) {
        if let Some(suppressed) = self.counters.refused(side, error.reason()) {
            // The last part of an unknown address may be a misplaced key.
            let route = if matches!(error, ApiError::NotFound(_)) { "-" } else { route };
            let (route, reason, detail) = (short(route), error.reason(), short(&error.detail()));
            let request_id = RequestId::current().map(display);
            tracing::warn!(side, route, reason, request_id, suppressed, %detail, "request refused");
        }
    }

    /// Counts and logs a refused request, and returns the reply to it. Delays that of a rate-limited request, so that a
    /// sender that ignores `retry-after` cannot use more processor time with refused requests than with accepted ones.
    pub(super) async fn refuse(&self, side: &'static str, request: RawRequest, error: &ApiError) -> Reply {
        self.refused(side, &request.head.route, error);
        // Frees the body before the delay.
        drop(request);
        if matches!(error, ApiError::RateLimited { .. })
            && let Ok(_permit) = self.held_back.try_acquire()
        {
            let [random, ..] = random_bytes().unwrap_or_default();
            tokio::time::sleep(HOLD_BACK + Duration::from_millis(random.into())).await;
        }
        error.problem().into()
    }

    /// Counts a completed command of the CRM, and logs it if it failed.
    pub(super) fn completed(&self, route: &str, outcome: &Outcome) {
        let Outcome::Failed(failure) = outcome else {
            self.counters.answered("crm");
            return;
        };
        let (reason, detail) = rules::failure(failure);
        if let Some(suppressed) = self.counters.refused("crm", reason) {
            let (request_id, detail) = (RequestId::current().map(display), short(detail));
            tracing::warn!(side = "crm", route, reason, request_id, suppressed, %detail, "command failed");
        }
    }

    /// Counts a webhook request, stored under this id, and logs it if its plug could not process it.
    pub(super) fn received(&self, route: &str, verdict: Verdict, inbound_request: &str) {
        if verdict == Verdict::Accepted {
            self.counters.answered("provider");
            return;
        }
        let reason = verdict.word();
        if let Some(suppressed) = self.counters.refused("provider", reason) {
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
}
