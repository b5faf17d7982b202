//! The process that compiles, from its own side: it takes a file from stdin and gives machine code to stdout.
//!
//! It looks at what a stranger wrote, with a compiler that promises nothing about how long that takes. So it can do
//! nothing else: it takes limits on itself before it reads, and the one who started it believes it nothing but bytes.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};

use crate::plug::{LoadError, engine, load, shape};

/// The exit code that says: what stdout holds is a [`LoadError`] as JSON.
pub(super) const REFUSED: u8 = 3;
/// For the program itself, stacks and what allocators set aside without using it.
const OVERHEAD_BYTES: u64 = 1 << 30;
const MAX_OPEN_FILES: u64 = 64;

/// Compiles stdin to stdout.
///
/// Exit codes: 0 stdout is machine code, 3 it is a refusal as JSON, others: stderr says why there is nothing.
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
        Err(refusal) => (ExitCode::from(REFUSED), serde_json::to_vec(&refusal)?),
    };
    let mut out = io::stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(code)
}

/// What this process may take from here on.
fn restrict(memory_bytes: u64, processor_seconds: u64) -> io::Result<()> {
    let limits = [
        (Resource::Data, memory_bytes),
        (Resource::As, memory_bytes.saturating_add(OVERHEAD_BYTES)),
        (Resource::Cpu, processor_seconds),
        (Resource::Core, 0),
        // No file can be written; pipes can.
        (Resource::Fsize, 0),
        (Resource::Nofile, MAX_OPEN_FILES),
    ];
    for (resource, max) in limits {
        // What is lower already stays so.
        let lowest = |max: u64| Some(getrlimit(resource).maximum.map_or(max, |hard| hard.min(max)));
        // At the first limit of time a signal tells why it ends, at the second it would just be killed.
        let maximum = if resource == Resource::Cpu { max.saturating_add(1) } else { max };
        setrlimit(resource, Rlimit { current: lowest(max), maximum: lowest(maximum) })?;
    }
    // Nobody waits for it any more once the one who started it is dead.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // Whoever waits for a call goes first.
    nice(10)?;
    Ok(())
}

/// Checks a component's type and compiles it.
///
/// # Errors
/// Where it is no plug, by its type or by what it uses.
pub(super) fn compile(file: &[u8]) -> Result<Vec<u8>, LoadError> {
    shape::check(file)?;
    let compiled = engine::compiler().and_then(|engine| engine.precompile_component(file));
    compiled.map_err(|error| load::invalid(&error))
}
