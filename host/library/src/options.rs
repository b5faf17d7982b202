//! Options of a plug library: compiler, memory, retention and quotas.

use std::path::PathBuf;
use std::time::Duration;

use cordboard_runtime::Plug;

/// Options of a [`Library`](super::Library).
#[derive(Clone, Debug)]
pub struct LibraryOptions {
    /// The `cordboard` executable of exactly this version. The library runs it to compile files in a separate process,
    /// so that a malicious file can at worst crash that process. Its output is executed, so use no other program.
    ///
    /// `None` compiles in this process, without limits on time and memory, for services that embed the bridge. Push
    /// only trusted files in that case.
    pub compiler: Option<PathBuf>,
    /// Limits for compiling one file. They apply only with a `compiler`.
    pub compiling: CompilerLimits,
    /// Tests a pushed plug before it is admitted. `cordboard serve` uses the one of the crate `cordboard-conformance`.
    pub self_test: Option<SelfTest>,
    /// How long a plug must be idle before its code may be unloaded. Measured at each call of [`Library::evict_idle`].
    ///
    /// [`Library::evict_idle`]: super::Library::evict_idle
    pub idle: Duration,
    /// The number of plugs whose code stays in memory however long they are idle.
    pub max_loaded: usize,
    /// Limit for compiled code and data in memory, in bytes. If it is exceeded, the least recently called plugs are
    /// unloaded, even if they are not idle.
    pub max_loaded_bytes: u64,
    /// How long an unused file is kept after it was last pushed or used.
    pub unused_retention: Duration,
    /// How often a bridge removes unused files.
    pub collect_interval: Duration,
    /// Quotas for each token.
    pub quota: PushQuota,
}

/// Runs a plug's operations with ordinary inputs.
///
/// # Errors
/// The faults, each as a sentence without a full stop.
pub type SelfTest = fn(&Plug) -> Result<(), Vec<String>>;

/// Quotas for one token. They count the plugs that this token was the first to push.
#[derive(Clone, Copy, Debug)]
pub struct PushQuota {
    /// Size of files and their compiled code on disk, in bytes.
    pub stored_bytes: u64,
    /// Number of unused files.
    pub unused: usize,
    /// CPU time for compiling, per hour. It accrues continuously, and a single file may overdraw it.
    pub compile_time: Duration,
}

/// Limits for compiling one file.
#[derive(Clone, Copy, Debug)]
pub struct CompilerLimits {
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// CPU time, rounded down to seconds.
    pub processor_time: Duration,
    /// Wall-clock time.
    pub time: Duration,
}

impl Default for LibraryOptions {
    fn default() -> Self {
        Self {
            compiler: None,
            compiling: CompilerLimits::default(),
            self_test: None,
            idle: Duration::from_secs(10 * 60),
            max_loaded: 64,
            max_loaded_bytes: 512 << 20,
            unused_retention: Duration::from_secs(24 * 60 * 60),
            collect_interval: Duration::from_secs(60 * 60),
            quota: PushQuota::default(),
        }
    }
}

impl Default for PushQuota {
    fn default() -> Self {
        Self { stored_bytes: 2 << 30, unused: 64, compile_time: Duration::from_secs(10 * 60) }
    }
}

impl Default for CompilerLimits {
    fn default() -> Self {
        Self {
            // The runtimes of JavaScript and Python take 400 MB and 12 s of CPU time. Two files may compile at a time.
            memory_bytes: 1 << 30,
            processor_time: Duration::from_secs(60),
            time: Duration::from_secs(2 * 60),
        }
    }
}
