//! Applies a new configuration: changed settings and secrets become new generations.

use crate::registry;
use cordboard_config::Config;

use super::{Lifecycle, LifecycleError, Restorer, Result};

impl Lifecycle {
    /// Applies a configuration in place of the current one. Creates a generation for each app and connection that has
    /// changed, and returns their number.
    ///
    /// The listen addresses, the public URL and the data directory stay the same until the next start.
    ///
    /// # Errors
    /// Returns an error if the configuration does not match its plugs, or the store fails; then nothing has changed.
    pub async fn apply_config(&self, config: Config) -> Result<usize> {
        let _guard = self.change_lock.lock().await;
        let mut plugs = self.plugs.lock().await;
        let (mut loading, new) = (plugs.clone(), config.clone());
        // Compiling uses every core for a moment, and blocks.
        let checked = tokio::task::spawn_blocking(move || {
            loading.forget_files();
            let report = registry::check(&new, &mut loading);
            (loading, report)
        });
        let report;
        (*plugs, report) = checked.await?;
        if !report.faults.is_empty() {
            let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
            return Err(LifecycleError::Rejected(faults.join("\n")));
        }
        let restorer = Restorer { config: &config, plugs: &plugs, store: self.store.as_ref(), vault: &self.vault };
        let (topology, changes) = restorer.topology().await?;
        let made = changes.iter().filter(|change| matches!(change, cordboard_store::Change::PutGeneration(_))).count();
        drop(plugs);
        self.store.commit(changes).await?;
        let connections: Vec<_> = topology.connections().map(|connection| connection.id.clone()).collect();
        self.publish(topology.after(&self.topology()), connections);
        self.config.store(std::sync::Arc::new(config));
        Ok(made)
    }
}
