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
        let mut number = |key, default: u64, min, max| {
            table.read_or(key, default, faults, |entry, faults| entry.integer(min..=max, faults))
        };
        let loaded_bytes = number("loaded-bytes", default.loaded_bytes, 1, 1 << 40);
        let unused_hours = number("unused-hours", default.unused.as_secs() / 3600, 1, 24 * 365);
        let token_bytes = number("token-bytes", default.token_bytes, 1, 1 << 40);
        let token_unused = number("token-unused", default.token_unused as u64, 1, 100_000);
        let compile_seconds = number("token-compile-seconds", default.token_compile_time.as_secs(), 1, 3600);
        Some(Self {
            loaded_bytes: loaded_bytes?,
            unused: Duration::from_secs(unused_hours? * 3600),
            token_bytes: token_bytes?,
            token_unused: usize::try_from(token_unused?).ok()?,
            token_compile_time: Duration::from_secs(compile_seconds?),
        })
    }
}
