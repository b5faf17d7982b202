//! The compiler process: reads a component from stdin and writes machine code to stdout.
//!
//! The component is untrusted, and compiling it may take any amount of time and memory. The process therefore limits
//! its own resources before it reads, and its parent treats everything it writes as untrusted bytes.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use cordboard_runtime::compile;
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};

/// The exit code if stdout contains a [`LoadError`](cordboard_runtime::LoadError) as JSON.
pub(super) const REFUSED_EXIT_CODE: u8 = 3;
/// Address space for the program, stacks and unused allocator reserves.
const OVERHEAD_BYTES: u64 = 1 << 30;
const MAX_OPEN_FILES: u64 = 64;

/// Compiles stdin to stdout.
///
/// The exit code is 0 if stdout contains machine code and 3 if it contains a [`LoadError`](cordboard_runtime::LoadError)
/// as JSON. Otherwise, stderr contains an error message.
pub fn run(memory_bytes: u64, processor_seconds: u64) -> ExitCode {
    match compile_stdin(memory_bytes, processor_seconds) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compile_stdin(memory_bytes: u64, processor_seconds: u64) -> io::Result<ExitCode> {
    restrict(memory_bytes, processor_seconds)?;
    let mut file = Vec::new();
    io::stdin().lock().read_to_end(&mut file)?;
    let (code, answer) = match compile(&file) {
        Ok(code) => (ExitCode::SUCCESS, code),
        Err(refusal) => (ExitCode::from(REFUSED_EXIT_CODE), serde_json::to_vec(&refusal)?),
    };
    let mut out = io::stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(code)
}

/// Limits the resources of this process.
fn restrict(memory_bytes: u64, processor_seconds: u64) -> io::Result<()> {
    let limits = [
        (Resource::Data, memory_bytes),
        (Resource::As, memory_bytes.saturating_add(OVERHEAD_BYTES)),
        (Resource::Cpu, processor_seconds),
        (Resource::Core, 0),
        // Prevents writing to files, but not to pipes.
        (Resource::Fsize, 0),
        (Resource::Nofile, MAX_OPEN_FILES),
    ];
    for (resource, max) in limits {
        // Never raise a lower limit.
        let lowest = |max: u64| Some(getrlimit(resource).maximum.map_or(max, |hard| hard.min(max)));
        // Exceeding the soft CPU limit raises SIGXCPU, which the parent can tell from a plain SIGKILL at the hard
        // limit.
        let maximum = if resource == Resource::Cpu { max.saturating_add(1) } else { max };
        setrlimit(resource, Rlimit { current: lowest(max), maximum: lowest(maximum) })?;
    }
    // Exit with the parent.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // Calls of plugs take precedence.
    nice(10)?;
    Ok(())
}
