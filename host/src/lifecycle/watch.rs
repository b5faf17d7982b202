//! Plugs are swapped when their files change, for those who write them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::config::{Config, PlugRef};

use super::Lifecycle;

/// How often files are looked at. What has not changed between two looks was written whole.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// What tells that a file is another: its time and size; none where it is not there.
type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

impl Lifecycle {
    /// Looks at the files of the configured plugs, and lets one that has changed serve, by the same admission as any
    /// other. One that cannot is told in the log, and what serves goes on. It never ends.
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
                Ok(0) => tracing::info!("a plug's file was written anew, with the same in it"),
                Ok(count) => tracing::info!(count, "a plug's file has changed: it serves"),
                Err(error) => tracing::error!("a plug's file has changed and cannot serve: {error}"),
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
