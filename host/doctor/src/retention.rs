//! Checks that retention is not paused.

use cordboard::config::Config;
use cordboard::events::rfc3339;
use cordboard::store::Store;
use cordboard::store::sqlite::Sqlite;

use super::finding::Finding;

const ABOUT: &str = "retention";

/// Warns if pruning is paused. Returns `None` if it is not, or if the store is missing or unreadable.
pub(super) async fn check(config: &Config) -> Option<Finding> {
    let store = Sqlite::open_read_only(&config.data_dir).ok()?;
    let state = store.retention().await.ok()??;
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    let paused_at = state.paused_at.map(time)?;
    Some(Finding::warning(ABOUT, format!("is paused: {}", paused_because(&time(state.plausible_at), &paused_at))))
}

/// Says why retention is paused and how to resume it, without a full stop.
pub fn paused_because(plausible_at: &str, paused_at: &str) -> String {
    format!(
        "the clock read {paused_at}, but the newest record was from {plausible_at}. Correct the clock; if it is right, \
         run `cordboard retention confirm`"
    )
}
