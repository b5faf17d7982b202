//! `cordboard compile-plug`: what the program starts itself to compile a stranger's file. Nobody else needs it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use cordboard::plug::library::child;

/// Compiles the component on stdin to machine code on stdout, within these limits.
#[derive(Debug, Args)]
pub struct CompilePlug {
    /// Memory, in bytes.
    #[arg(long)]
    memory_bytes: u64,
    /// Time on processors.
    #[arg(long)]
    processor_seconds: u64,
}

pub(super) fn run(args: &CompilePlug) -> ExitCode {
    child::run(args.memory_bytes, args.processor_seconds)
}

/// This program, to be started to compile; none where it cannot be found.
pub(super) fn program() -> Option<PathBuf> {
    // Its file may have been replaced by another version meanwhile, whose machine code is not for this one.
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() { Some(running) } else { std::env::current_exe().ok() }
}
