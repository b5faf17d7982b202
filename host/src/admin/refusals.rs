//! Refused calls: each is counted, and one a second is logged for each reason.
//!
//! That is their only trace. The audit log holds what was done; a stranger could fill it with what was not.

use std::sync::Arc;

use axum::extract::Request;
use cordboard_core::text::line;

use crate::counters::Counters;

use super::Admin;
use super::problem::Problem;

/// What is logged of a call, and where it is counted.
pub(super) struct Refusals {
    counters: Arc<Counters>,
    method: String,
    path: String,
}

impl Refusals {
    /// Of this call.
    pub fn of(admin: &Admin, request: &Request) -> Self {
        let counters = Arc::clone(&admin.lifecycle.state().counters);
        Self { counters, method: line(request.method().as_str(), 20), path: line(request.uri().path(), 100) }
    }

    /// Records why the call was refused, where it was its caller who may not.
    pub fn record(&self, problem: &Problem, token: Option<&str>) {
        let Some(reason) = problem.reason() else { return };
        let Some(suppressed) = self.counters.admin_refused(reason) else { return };
        let (Self { method, path, .. }, detail) = (self, line(problem.detail(), 300));
        let token = token.unwrap_or("-");
        tracing::warn!(reason, token, method, path, detail, suppressed, "refused an admin call");
    }
}
