//! Counts refused calls, and logs at most one a second for each reason.
//!
//! The audit log does not contain them, since strangers could fill it.

use std::sync::Arc;

use axum::extract::Request;
use cordboard_core::text::line;

use cordboard_bridge::counters::Counters;

use super::Admin;
use super::problem::Problem;

/// The counters, and the parts of a request that are logged if it is refused.
pub(super) struct Refusals {
    counters: Arc<Counters>,
    method: String,
    path: String,
}

impl Refusals {
    /// Captures the parts of a request to log.
    pub fn of(admin: &Admin, request: &Request) -> Self {
        let counters = Arc::clone(&admin.counters);
        Self { counters, method: line(request.method().as_str(), 20), path: line(request.uri().path(), 100) }
    }

    /// Records a refusal, if its cause is the caller's token.
    pub fn record(&self, problem: &Problem, token: Option<&str>) {
        let Some(reason) = problem.reason() else { return };
        let Some(suppressed) = self.counters.admin_refused(reason) else { return };
        let (Self { method, path, .. }, detail) = (self, line(problem.detail(), 300));
        let token = token.unwrap_or("-");
        tracing::warn!(reason, token, method, path, detail, suppressed, "refused an admin call");
    }
}
