//! Reloads plugs when their files change, for plug authors.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use cordboard_config::{Config, PlugRef};

use super::Lifecycle;

/// How often files are checked. A file that has not changed between two checks is completely written.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// The modification time and size of each file; `None` if the file does not exist.
type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

impl Lifecycle {
    /// Watches the files of the configured plugs, and applies the configuration again when one has changed. A plug that
    /// cannot serve is logged, and the current one keeps serving. Never returns.
    pub async fn watch(self: Arc<Self>) {
        let mut served = stamps(&self.config());
        let mut before = served.clone();
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            let config = self.config();
            let now = stamps(&config);
            let settled = now == before;
            before.clone_from(&now);
            if !settled || now == served {
                continue;
            }
            served = now;
            match self.apply_config(Config::clone(&config)).await {
                Ok(0) => tracing::info!("plug file rewritten with the same content"),
                Ok(count) => tracing::info!(count, "plug file changed; serving the new version"),
                Err(error) => tracing::error!(%error, "changed plug file cannot serve; keeping the current version"),
            }
        }
    }
}

fn stamps(config: &Config) -> Stamps {
    let files = config.plugs().filter_map(|plug| match plug {
        PlugRef::File(path) => Some(path.clone()),
        PlugRef::Name(_) | PlugRef::Digest(_) => None,
    });
    files
        .map(|path| {
            let stamp = std::fs::metadata(&path).ok().and_then(|found| Some((found.modified().ok()?, found.len())));
            (path, stamp)
        })
        .collect()
}
