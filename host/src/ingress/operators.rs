//! Addresses for operators, on a listener of their own.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::flow::Switchboard;
use crate::store::EventFilter;

/// `/health/live`, `/health/ready` and `/metrics`.
pub fn operators(board: Arc<Switchboard>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(board)
}

/// Ready is who can keep what it is told.
async fn ready(State(board): State<Arc<Switchboard>>) -> impl IntoResponse {
    match board.store.events(&EventFilter { limit: 1, ..EventFilter::default() }).await {
        Ok(_) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}

async fn metrics(State(board): State<Arc<Switchboard>>) -> impl IntoResponse {
    let under_way = board.under_way();
    let mut text = format!(
        "{}# HELP cordboard_operations_under_way Commands of the CRM that are being carried out.\n\
         # TYPE cordboard_operations_under_way gauge\ncordboard_operations_under_way {under_way}\n",
        board.counters.text()
    );
    text.push_str("# HELP cordboard_account_stored_bytes Bytes that an account has stored.\n");
    text.push_str("# TYPE cordboard_account_stored_bytes gauge\n");
    let world = board.world();
    let mut accounts: Vec<u64> = world.accounts().map(|account| account.id).collect();
    accounts.sort_unstable();
    for account in accounts {
        let bytes = board.store.stored_bytes(account);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "cordboard_account_stored_bytes{{account=\"{account}\"}} {bytes}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
