//! The admin API: what serves is changed and looked at over HTTP, on the operators' listener.
//!
//! An operation is a file, and an entry in one table ([`operation::OPERATIONS`]) by which requests are routed, queries
//! are checked and [`openapi`] is written. request → [`caller`] (401) → operation (404, 405) → query (400) → the
//! operation itself, which asks whether its caller may (403), changes what serves and answers.

mod acknowledge;
mod activate;
mod audit;
mod call;
mod caller;
mod connections;
mod diff;
mod history;
pub mod leftovers;
mod openapi;
mod operation;
mod plugs;
mod problem;
mod promote;
mod push;
mod refusals;
mod reload;
mod retention;
mod rollback;
mod schema;
mod share;
mod slots;
mod target;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;

use crate::lifecycle::Lifecycle;
use crate::plug::Library;

use call::{Call, Query};
use caller::Caller;
use problem::{Problem, Result};
use refusals::Refusals;
use slots::Slots;

/// Where the operations are.
const BASE: &str = "/admin/v1";

/// What the operations work with.
#[derive(Clone)]
pub(crate) struct Admin {
    lifecycle: Arc<Lifecycle>,
    library: Library,
    /// The file of the configuration, where it came from one.
    config_file: Option<Arc<Path>>,
    /// For pushes under way.
    slots: Arc<Slots>,
}

impl Admin {
    /// Joins the parts.
    pub fn new(lifecycle: Arc<Lifecycle>, library: Library, config_file: Option<Arc<Path>>) -> Self {
        Self { lifecycle, library, config_file, slots: Arc::default() }
    }
}

/// All under `/admin/v1`.
pub(crate) fn router(admin: Admin) -> Router {
    Router::new()
        .route("/admin/v1", any(answer))
        .route("/admin/v1/", any(answer))
        .route("/admin/v1/{*path}", any(answer))
        .with_state(admin)
}

async fn answer(State(admin): State<Admin>, request: Request) -> Response {
    let refusals = Refusals::of(&admin, &request);
    let caller = Caller::of(&admin.lifecycle.config().tokens, request.headers());
    let token = caller.as_ref().ok().map(|caller| caller.name.clone());
    let answered = match caller {
        Ok(caller) => answered(admin, caller, request).await,
        Err(problem) => Err(problem),
    };
    answered.unwrap_or_else(|problem| {
        refusals.record(&problem, token.as_deref());
        problem.response()
    })
}

async fn answered(admin: Admin, caller: Caller, request: Request) -> Result<Response> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default();
    let operation = operation::find(head.method.as_str(), path)?;
    let query = Query::read(operation.parameters, head.uri.query().unwrap_or_default())?;
    // A change that was begun comes to its end, though its caller hangs up.
    let running = tokio::spawn((operation.run)(Call { admin, caller, query, headers: head.headers, body }));
    let interrupted = |_| Problem::unavailable("the host is stopping, or the operation broke off: look what serves");
    Ok(call::answer(operation.status, &running.await.map_err(interrupted)??))
}
