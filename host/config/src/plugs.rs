//! The `[plugs]` table.

use std::time::Duration;

use super::entry::Table;
use super::fault::Faults;
use super::reference::PLUGS;

/// Limits on pushed plugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlugLimits {
    /// Maximum size of the compiled code and data of all plugs in memory, in bytes.
    pub loaded_bytes: u64,
    /// How long to keep an unused file.
    pub unused: Duration,
    /// Maximum size of the files and compiled code of one token on disk, in bytes.
    pub token_bytes: u64,
    /// Maximum number of unused files of one token on disk.
    pub token_unused: usize,
    /// Maximum CPU time for compiling the plugs of one token, per hour.
    pub token_compile_time: Duration,
}

impl Default for PlugLimits {
    fn default() -> Self {
        Self {
            loaded_bytes: 512 << 20,
            unused: Duration::from_secs(24 * 60 * 60),
            token_bytes: 2 << 30,
            token_unused: 64,
            token_compile_time: Duration::from_secs(10 * 60),
        }
    }
}

impl PlugLimits {
    /// Reads `plugs` from the top level. Returns `None` if it is invalid.
    pub(super) fn read(top: &Table<'_>, faults: &mut Faults) -> Option<Self> {
        let default = Self::default();
        let Some(entry) = top.find("plugs") else { return Some(default) };
        let table = Table::open(&entry, &PLUGS, faults)?;
        let loaded_bytes = table.integer_or("loaded-bytes", default.loaded_bytes, 1..=1 << 40, faults);
        let unused_hours = table.integer_or("unused-hours", default.unused.as_secs() / 3600, 1..=24 * 365, faults);
        let token_bytes = table.integer_or("token-bytes", default.token_bytes, 1..=1 << 40, faults);
        let token_unused = table.integer_or("token-unused", default.token_unused, 1..=100_000, faults);
        let compile_seconds = default.token_compile_time.as_secs();
        let compile_seconds = table.integer_or("token-compile-seconds", compile_seconds, 1..=3600, faults);
        Some(Self {
            loaded_bytes: loaded_bytes?,
            unused: Duration::from_secs(unused_hours? * 3600),
            token_bytes: token_bytes?,
            token_unused: token_unused?,
            token_compile_time: Duration::from_secs(compile_seconds?),
        })
    }
}
