//! `cordboard compile-plug`: the child process in which the host compiles untrusted plugs. Not for direct use.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use cordboard::plug::library::child;

/// Compile the component on stdin to machine code on stdout, within these limits.
#[derive(Debug, Args)]
pub struct CompilePlug {
    /// Memory limit, in bytes.
    #[arg(long)]
    memory_bytes: u64,
    /// CPU time limit, in seconds.
    #[arg(long)]
    processor_seconds: u64,
}

pub(super) fn run(args: &CompilePlug) -> ExitCode {
    child::run(args.memory_bytes, args.processor_seconds)
}

/// Returns the path of this executable, or `None` if it cannot be determined.
pub(super) fn program() -> Option<PathBuf> {
    // The file on disk may be another version by now, with incompatible machine code.
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { Some(running) } else { std::env::current_exe().ok() }
}
