//! Checks that retention is not paused.

use crate::retention::paused_because;
use cordboard::config::Config;
use cordboard::events::rfc3339;
use cordboard::store::Store;
use cordboard::store::sqlite::Sqlite;

use super::finding::Finding;

const ABOUT: &str = "retention";

/// Warns if pruning is paused. Returns `None` if it is not, or if the store is missing or unreadable.
pub(super) async fn examine(config: &Config) -> Option<Finding> {
    let store = Sqlite::open_read_only(&config.data_dir).ok()?;
    let state = store.retention().await.ok()??;
    let time = |at: u64| rfc3339(at).unwrap_or_default();
    let paused_at = state.paused_at.map(time)?;
    Some(Finding::warning(ABOUT, format!("is paused: {}", paused_because(&time(state.plausible_at), &paused_at))))
}
