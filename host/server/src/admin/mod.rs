//! The admin API: HTTP on the operators' listener, to inspect and change what is served.
//!
//! Each operation has a file in [`operations`], and an entry in one table there, which routes requests, validates queries
//! and generates the OpenAPI document. A request passes these checks: [`caller`] (401), operation (404, 405), query
//! (400), and in the operation itself the caller's permission (403).

mod call;
mod caller;
pub mod leftovers;
mod operation;
mod operations;
mod plug_ref;
mod problem;
mod schema;
mod share;
mod slots;
mod target;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cordboard_core::text::line;
use tracing::Instrument;

use cordboard_bridge::counters::Counters;
use cordboard_bridge::flow::{RequestId, Retention};
use cordboard_bridge::lifecycle::Lifecycle;
use cordboard_library::Library;
use cordboard_store::Store;

use call::{Call, Query};
use caller::Caller;
use problem::{Problem, Result};
use slots::Slots;

/// Base path of the operations.
const BASE: &str = "/admin/v1";

/// What the operations and the other routes for operators share.
#[derive(Clone)]
pub struct Admin {
    pub(crate) lifecycle: Arc<Lifecycle>,
    library: Library,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) retention: Arc<Retention>,
    /// The configuration file; `None` if the configuration did not come from a file.
    config_file: Option<Arc<Path>>,
    /// Slots for concurrent pushes.
    slots: Arc<Slots>,
}

impl Admin {
    /// Creates the shared state.
    pub fn new(
        lifecycle: Arc<Lifecycle>,
        library: Library,
        store: Arc<dyn Store>,
        counters: Arc<Counters>,
        retention: Arc<Retention>,
        config_file: Option<Arc<Path>>,
    ) -> Self {
        Self { lifecycle, library, store, counters, retention, config_file, slots: Arc::default() }
    }
}

/// Returns the routes below `/admin/v1`.
pub(crate) fn router(admin: Admin) -> Router {
    Router::new()
        .route("/admin/v1", any(answer))
        .route("/admin/v1/", any(answer))
        .route("/admin/v1/{*path}", any(answer))
        .with_state(admin)
}

async fn answer(State(admin): State<Admin>, request: Request) -> Response {
    // All log lines of a call have its id, also those of the lifecycle, and whichever levels are logged.
    let span = tracing::error_span!("admin", request_id = RequestId::current().map(display));
    let answer = async {
        let (head, body) = request.into_parts();
        let caller = Caller::of(&admin.lifecycle.config().tokens, &head.headers);
        let token = caller.as_ref().ok().map(|caller| caller.name.clone());
        let answered = match caller {
            Ok(caller) => run(&admin, caller, &head, body).await,
            Err(problem) => Err(problem),
        };
        answered.unwrap_or_else(|problem| {
            record_refusal(&admin.counters, &head, &problem, token.as_deref());
            problem.response()
        })
    };
    answer.instrument(span).await
}

async fn run(admin: &Admin, caller: Caller, head: &Parts, body: Body) -> Result<Response> {
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default();
    let operation = operations::find(head.method.as_str(), path)?;
    let query = Query::read(operation.parameters(), head.uri.query().unwrap_or_default())?;
    let call = Call { admin: admin.clone(), caller, query, headers: head.headers.clone(), body };
    // Spawned, so that a change completes even if its caller disconnects.
    let running = tokio::spawn((operation.run)(call).in_current_span());
    let interrupted =
        |_| Problem::unavailable("the operation was interrupted: check what is live before you try again");
    let answer = running.await.map_err(interrupted)??.to_string();
    Ok((operation.success(), [(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

/// Counts a refused call, and logs at most one a second for each reason, if its cause is the caller's token. `token` is
/// the token's name, if it is known. The audit log does not contain refused calls, since strangers could fill it.
fn record_refusal(counters: &Counters, head: &Parts, problem: &Problem, token: Option<&str>) {
    let Some(reason) = problem.reason else { return };
    let Some(suppressed) = counters.admin_refused(reason) else { return };
    let (method, path) = (line(head.method.as_str(), 20), line(head.uri.path(), 100));
    let (token, detail) = (token.unwrap_or("-"), line(&problem.detail, 300));
    tracing::warn!(reason, token, method, path, detail, suppressed, "refused an admin call");
}
