//! The routes on the operators' listener: health checks, metrics and the admin API.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use cordboard_bridge::flow::Commands;
use cordboard_store::{EventFilter, LeftoverFilter};

use crate::admin::{self, Admin};
use crate::layers::layered;

/// Returns the routes `/health/live`, `/health/ready`, `/metrics` and those of the admin API.
pub fn router(admin: Admin, commands: Arc<Commands>) -> Router {
    let routes = Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state((admin.clone(), commands))
        .merge(admin::router(admin));
    layered(routes)
}

/// Reports readiness: whether the store can be read and commits succeed. Otherwise every request would be refused.
async fn ready(State((Admin { store, .. }, _)): State<(Admin, Arc<Commands>)>) -> impl IntoResponse {
    let filter = EventFilter { limit: 1, ..EventFilter::default() };
    let checked = match store.check_writable().await {
        Ok(()) => store.events(&filter).await.map(drop),
        Err(error) => Err(error),
    };
    match checked {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}

async fn metrics(State((admin, commands)): State<(Admin, Arc<Commands>)>) -> impl IntoResponse {
    let mut text = admin.counters.text();
    let in_flight = u64::try_from(commands.in_flight()).unwrap_or(u64::MAX);
    gauge(&mut text, "cordboard_operations_in_flight", "CRM operations in flight.", in_flight);
    let paused = u64::from(admin.retention.state().paused_at.is_some());
    gauge(&mut text, "cordboard_retention_paused", "Whether pruning is paused because the clock is far ahead.", paused);
    // If counting fails, omit the metric rather than report a wrong number.
    if let Ok(count) = admin.store.count_leftovers(&LeftoverFilter::default()).await {
        gauge(&mut text, "cordboard_leftovers", "Unacknowledged lines of `cordboard status`.", count);
    }
    text.push_str("# HELP cordboard_account_stored_bytes Bytes stored for an account.\n");
    text.push_str("# TYPE cordboard_account_stored_bytes gauge\n");
    let topology = admin.lifecycle.topology();
    let mut accounts: Vec<_> = topology.accounts().map(|account| &account.id).collect();
    accounts.sort_unstable();
    for account in accounts {
        let bytes = admin.store.stored_bytes(account);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "cordboard_account_stored_bytes{{account=\"{account}\"}} {bytes}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

fn gauge(text: &mut String, name: &str, help: &str, value: u64) {
    // Writing to a string cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
}
