//! Reloads the configuration file.

use std::path::Path;

use cordboard_config::Config;
use cordboard_store::Change;

use super::{Lifecycle, Result, audit_entry};

/// The result of a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloaded {
    /// The number of generations created.
    pub generations: usize,
    /// Changed keys that only take effect after a restart.
    pub needs_restart: Vec<&'static str>,
}

impl Lifecycle {
    /// Reads the configuration file and applies it. `who` is the actor in the audit log.
    ///
    /// # Errors
    /// Returns an error if the configuration cannot be read or does not match its plugs, or the store fails; then the
    /// current configuration is kept.
    pub async fn reload_from_file(&self, file: &Path, who: &str) -> Result<Reloaded> {
        let path = file.to_owned();
        let config = tokio::task::spawn_blocking(move || Config::load(&path)).await??;
        let needs_restart = needs_restart(&self.config(), &config);
        let generations = self.apply_config(config).await?;
        let to = format!("new generations: {generations}");
        let audit = audit_entry(who, "reload", None, "configuration".to_owned(), to);
        self.store.commit(vec![Change::Audit(audit)]).await?;
        tracing::info!(actor = who, generations, "configuration reloaded");
        if !needs_restart.is_empty() {
            tracing::warn!(keys = needs_restart.join(", "), "changed keys only take effect after a restart");
        }
        Ok(Reloaded { generations, needs_restart })
    }
}

/// Returns the keys that differ and are only read at start.
fn needs_restart(old: &Config, new: &Config) -> Vec<&'static str> {
    let keys = [
        ("listen", old.listen == new.listen),
        ("admin-listen", old.admin_listen == new.admin_listen),
        ("public-url", old.public_url == new.public_url),
        ("data-dir", old.data_dir == new.data_dir),
        ("retention-days", old.retention_period == new.retention_period),
        ("deadline-ms", old.deadline == new.deadline),
        ("plugs", old.plugs == new.plugs),
        ("body-limit-bytes", old.body_limit == new.body_limit),
        ("crm-body-limit-bytes", old.crm_body_limit == new.crm_body_limit),
        ("connections", old.connections == new.connections),
    ];
    keys.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
}
