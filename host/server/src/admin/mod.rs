//! The admin API: HTTP on the operators' listener, to inspect and change what is served.
//!
//! Each operation has a file, and an entry in one table ([`operation::OPERATIONS`]) that routes requests, validates
//! queries and generates [`openapi`]. A request passes these checks: [`caller`] (401), operation (404, 405), query
//! (400), and in the operation itself the caller's permission (403).

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

use cordboard_bridge::counters::Counters;
use cordboard_bridge::flow::Retention;
use cordboard_bridge::lifecycle::Lifecycle;
use cordboard_library::Library;
use cordboard_store::Store;

use call::{Call, Query};
use caller::Caller;
use problem::{Problem, Result};
use refusals::Refusals;
use slots::Slots;

/// Base path of the operations.
const BASE: &str = "/admin/v1";

/// Shared state of the operations.
#[derive(Clone)]
pub struct Admin {
    lifecycle: Arc<Lifecycle>,
    library: Library,
    store: Arc<dyn Store>,
    counters: Arc<Counters>,
    retention: Arc<Retention>,
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
pub fn router(admin: Admin) -> Router {
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
    // Spawned, so that a change completes even if its caller disconnects.
    let running = tokio::spawn((operation.run)(Call { admin, caller, query, headers: head.headers, body }));
    let interrupted =
        |_| Problem::unavailable("the operation was interrupted: check what is live before you try again");
    Ok(call::answer(operation.status, &running.await.map_err(interrupted)??))
}
