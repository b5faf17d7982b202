//! What a library may take, and who compiles for it.

use std::path::PathBuf;
use std::time::Duration;

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
    /// For how long nobody calls a plug whose code is put away, in steps of how often [`Library::evict_idle`] is called.
    ///
    /// [`Library::evict_idle`]: super::Library::evict_idle
    pub idle: Duration,
    /// Of how many plugs the code stays in memory however long nobody calls them.
    pub most_loaded: usize,
    /// For how long a file that nobody uses is kept after it was pushed last.
    pub keep_unused: Duration,
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
            idle: Duration::from_secs(10 * 60),
            most_loaded: 64,
            keep_unused: Duration::from_secs(24 * 60 * 60),
        }
    }
}

impl Default for CompilerLimits {
    fn default() -> Self {
        Self {
            // JavaScript's and Python's runtimes take 400 MB and 12 s of a processor.
            memory_bytes: 2 << 30,
            processor_time: Duration::from_secs(120),
            time: Duration::from_secs(5 * 60),
        }
    }
}
