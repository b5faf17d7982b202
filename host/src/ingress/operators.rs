//! Addresses for operators, on a listener of their own.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::flow::BridgeState;
use crate::store::{EventFilter, LeftoverFilter};

/// `/health/live`, `/health/ready` and `/metrics`.
pub fn operators(state: Arc<BridgeState>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(state)
}

/// Ready while the store can be read and commits succeed: without them, every request is refused.
async fn ready(State(state): State<Arc<BridgeState>>) -> impl IntoResponse {
    let filter = EventFilter { limit: 1, ..EventFilter::default() };
    let checked = match state.store.check_writable().await {
        Ok(()) => state.store.events(&filter).await.map(drop),
        Err(error) => Err(error),
    };
    match checked {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}

async fn metrics(State(state): State<Arc<BridgeState>>) -> impl IntoResponse {
    let mut text = state.counters.text();
    let in_flight = u64::try_from(state.in_flight()).unwrap_or(u64::MAX);
    gauge(&mut text, "cordboard_operations_in_flight", "Commands of the CRM that are being carried out.", in_flight);
    let paused = u64::from(state.retention.state().paused_at.is_some());
    gauge(&mut text, "cordboard_retention_paused", "Whether pruning is paused because the clock is far ahead.", paused);
    // Where it cannot be counted, no number is better than a wrong one.
    if let Ok(count) = state.store.count_leftovers(&LeftoverFilter::default()).await {
        gauge(&mut text, "cordboard_leftovers", "Lines of `cordboard status` that nobody has acknowledged.", count);
    }
    text.push_str("# HELP cordboard_account_stored_bytes Bytes that an account has stored.\n");
    text.push_str("# TYPE cordboard_account_stored_bytes gauge\n");
    let topology = state.topology();
    let mut accounts: Vec<u64> = topology.accounts().map(|account| account.id).collect();
    accounts.sort_unstable();
    for account in accounts {
        let bytes = state.store.stored_bytes(account);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "cordboard_account_stored_bytes{{account=\"{account}\"}} {bytes}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

fn gauge(text: &mut String, name: &str, help: &str, value: u64) {
    // Writing to a string cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
}
