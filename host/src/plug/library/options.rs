//! What a library may take, and who compiles for it.

use std::path::PathBuf;
use std::time::Duration;

use crate::plug::Plug;

/// How a library works.
#[derive(Clone, Debug)]
pub struct LibraryOptions {
    /// The `cordboard` program, of this very version: it is started to compile in a process of its own, where a hostile
    /// file can do no more than to end that process. What it gives is run, so name no other program.
    ///
    /// None, for a service that embeds the bridge and has no such program: plugs are compiled in this process, with no
    /// limit on time and memory, so that only files that the service trusts should be pushed.
    pub compiler: Option<PathBuf>,
    /// What compiling one file may take, where there is a `compiler`.
    pub compiling: CompilerLimits,
    /// Tries a pushed plug before it is admitted. `cordboard serve` uses the one of the crate `cordboard-conformance`.
    pub self_test: Option<SelfTest>,
    /// For how long nobody calls a plug whose code is put away, in steps of how often [`Library::evict_idle`] is called.
    ///
    /// [`Library::evict_idle`]: super::Library::evict_idle
    pub idle: Duration,
    /// Of how many plugs the code stays in memory however long nobody calls them.
    pub max_loaded: usize,
    /// Bytes of compiled code and data that all plugs may have in memory. Beyond that, the least recently called are
    /// unloaded, however recent their last call.
    pub max_loaded_bytes: u64,
    /// For how long a file that nobody uses is kept after it was pushed last, and after its last use.
    pub unused_retention: Duration,
    /// How often a bridge looks for such files.
    pub collect_interval: Duration,
    /// What one token may take.
    pub quota: PushQuota,
}

/// Runs a plug's operations with plain inputs.
///
/// # Errors
/// What is wrong, each as a sentence without a full stop.
pub type SelfTest = fn(&Plug) -> Result<(), Vec<String>>;

/// What the plugs that one token pushed first may take.
#[derive(Clone, Copy, Debug)]
pub struct PushQuota {
    /// Files and their compiled forms on the disk, in bytes.
    pub stored_bytes: u64,
    /// Files that nothing uses.
    pub unused: usize,
    /// Processor time for compiling, per hour. It accrues continuously; a file may overdraw it once.
    pub compile_time: Duration,
}

/// What compiling one file may take.
#[derive(Clone, Copy, Debug)]
pub struct CompilerLimits {
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Time on processors, in whole seconds.
    pub processor_time: Duration,
    /// Time by the clock, on a machine that has other work to do.
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
            // JavaScript's and Python's runtimes take 400 MB and 12 s of a processor. Two files may compile at a time.
            memory_bytes: 1 << 30,
            processor_time: Duration::from_secs(60),
            time: Duration::from_secs(2 * 60),
        }
    }
}
