//! Removal of plugs that nothing uses.

use std::collections::HashSet;

use crate::config::PlugRef;

use super::{Lifecycle, LifecycleError, Result};

/// How many generations behind a live one can be rolled back to for certain. Older ones are kept as records; their plugs
/// may have to be pushed again.
const ROLLBACK_STEPS: usize = 10;

impl Lifecycle {
    /// Digests of the plugs that the configuration names by digest, that serve or are tried, and that a rollback needs.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) async fn plugs_in_use(&self) -> Result<HashSet<String>> {
        let mut in_use: HashSet<_> = self.state.store.plugs_in_use(ROLLBACK_STEPS).await?.into_iter().collect();
        let config = self.config();
        in_use.extend(config.plugs().filter(|plug| matches!(plug, PlugRef::Digest(_))).map(ToString::to_string));
        Ok(in_use)
    }

    /// Removes the files of plugs that nothing uses, once they are older than
    /// [`unused_retention`](crate::LibraryOptions::unused_retention). Gives their digests.
    ///
    /// # Errors
    /// Where the store or the library's folder fails.
    pub async fn remove_unused_plugs(&self) -> Result<Vec<String>> {
        // No change makes use of a plug between the two steps.
        let _guard = self.change_lock.lock().await;
        let in_use = self.plugs_in_use().await?;
        let library = self.plugs.lock().await.library().clone();
        let removed = tokio::task::spawn_blocking(move || library.remove_unused(&in_use)).await;
        let removed = removed.map_err(|error| LifecycleError::Unavailable(error.to_string()))?;
        removed.map_err(|error| LifecycleError::Unavailable(error.to_string()))
    }
}
