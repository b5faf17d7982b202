//! Removes unused plugs.

use std::collections::HashSet;

use cordboard_config::PlugRef;

use super::{Lifecycle, Result};

/// How many generations before a live one can always be rolled back to. Older ones remain as records, but their plugs
/// may have to be pushed again.
const ROLLBACK_STEPS: usize = 10;

impl Lifecycle {
    /// Returns the digests of plugs that the configuration names by digest, that serve or are tried, or that a rollback
    /// needs.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn plugs_in_use(&self) -> Result<HashSet<String>> {
        let mut in_use: HashSet<_> = self.store.plugs_in_use(ROLLBACK_STEPS).await?.into_iter().collect();
        let config = self.config();
        in_use.extend(config.plugs().filter(|plug| matches!(plug, PlugRef::Digest(_))).map(ToString::to_string));
        Ok(in_use)
    }

    /// Removes the files of unused plugs that are older than
    /// [`unused_retention`](cordboard_library::LibraryOptions::unused_retention), and returns their digests.
    ///
    /// # Errors
    /// Returns an error if the store or the library's folder fails.
    pub async fn remove_unused_plugs(&self) -> Result<Vec<String>> {
        // Held so that no change starts to use a plug between the two steps.
        let _guard = self.change_lock.lock().await;
        let in_use = self.plugs_in_use().await?;
        let library = self.plugs.lock().await.library().clone();
        Ok(tokio::task::spawn_blocking(move || library.remove_unused(&in_use)).await??)
    }
}
