//! Counts refused calls, and logs at most one a second for each reason.
//!
//! The audit log does not contain them, since strangers could fill it.

use axum::http::request::Parts;
use cordboard_core::text::line;

use super::Admin;
use super::problem::Problem;

/// Records a refusal, if its cause is the caller's token. `token` is the token's name, if it is known.
pub(super) fn record(admin: &Admin, head: &Parts, problem: &Problem, token: Option<&str>) {
    let Some(reason) = problem.reason() else { return };
    let Some(suppressed) = admin.state().counters.admin_refused(reason) else { return };
    let (method, path) = (line(head.method.as_str(), 20), line(head.uri.path(), 100));
    let (token, detail) = (token.unwrap_or("-"), line(problem.detail(), 300));
    tracing::warn!(reason, token, method, path, detail, suppressed, "refused an admin call");
}
