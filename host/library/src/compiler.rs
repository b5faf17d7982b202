//! Compiles plugs, in a separate process if a program is configured for it.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use cordboard_runtime::{LoadError, compile, quote};
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
use wasmtime::Precompiled;

use super::cache::MAX_BYTES;
use super::child::REFUSED_EXIT_CODE;
use super::error::{LibraryError, LoadFailure};
use super::machine_code::MachineCode;
use super::options::CompilerLimits;

/// The program's hidden subcommand for compiling.
const COMMAND: &str = "compile-plug";
/// The number of threads that compile one file.
const THREADS: &str = "4";
const ARENA_BYTES: &str = "67108864";
const MAX_OUTPUT_BYTES: u64 = 4096;

/// Compiles components to machine code.
pub(super) struct Compiler {
    program: Option<PathBuf>,
    limits: CompilerLimits,
}

impl Compiler {
    pub(super) fn new(program: Option<PathBuf>, limits: CompilerLimits) -> Self {
        Self { program, limits }
    }

    /// Checks and compiles a component. Adds the time it took to `spent`: CPU time, or wall-clock time when compiling
    /// in this process.
    pub(super) fn compile(&self, file: &[u8], spent: &mut Duration) -> Result<MachineCode, LoadFailure> {
        match &self.program {
            Some(program) => self.run(program, file, spent),
            None => {
                let began = Instant::now();
                let code = Self::compile_here(file);
                *spent = spent.saturating_add(began.elapsed());
                code
            }
        }
    }

    /// Checks and compiles a trusted component in this process.
    pub(super) fn compile_here(file: &[u8]) -> Result<MachineCode, LoadFailure> {
        Ok(MachineCode::fresh(compile(file)?))
    }

    fn run(&self, program: &Path, file: &[u8], spent: &mut Duration) -> Result<MachineCode, LoadFailure> {
        let unusable = |error: io::Error| LibraryError::compiler(program, error);
        let output = self.communicate(self.start(program).map_err(unusable)?, file).map_err(unusable)?;
        *spent = spent.saturating_add(output.processor_time);
        if output.timed_out {
            let seconds = self.limits.time.as_secs_f64();
            return Err(LoadError::Compiler(format!("took longer than {seconds} s")).into());
        }
        if output.stdout.len() > MAX_BYTES {
            let mebibytes = MAX_BYTES >> 20;
            return Err(LoadError::Compiler(format!("produced more than {mebibytes} MiB of machine code")).into());
        }
        match output.status.code() {
            Some(0) if is_machine_code(&output.stdout) => Ok(MachineCode::fresh(output.stdout)),
            Some(0) => Err(LibraryError::compiler(program, "it produced no machine code").into()),
            Some(code) if code == i32::from(REFUSED_EXIT_CODE) => {
                let refusal: LoadError = serde_json::from_slice(&output.stdout)
                    .map_err(|_| LibraryError::compiler(program, "it gave no valid reason for refusing"))?;
                Err(refusal.into())
            }
            _ => Err(self.failure(program, &output)),
        }
    }

    fn start(&self, program: &Path) -> io::Result<Child> {
        let seconds = self.limits.processor_time.as_secs().max(1);
        Command::new(program)
            .args([COMMAND, "--memory-bytes", &self.limits.memory_bytes.to_string()])
            .args(["--processor-seconds", &seconds.to_string()])
            // The environment contains secrets, and the file is untrusted.
            .env_clear()
            .env("RAYON_NUM_THREADS", THREADS)
            // The allocator reserves memory by the gigabyte in advance, which would exceed the limits.
            .env("MIMALLOC_ARENA_RESERVE", ARENA_BYTES)
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }

    /// Sends the file to the child and reads its output, until it exits or times out.
    fn communicate(&self, mut child: Child, file: &[u8]) -> io::Result<CompilerOutput> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let began = Instant::now();
        thread::scope(|scope| {
            let (closed, output) = channel();
            scope.spawn(move || {
                // A child that exits early reports the reason itself.
                let _ = stdin.map(|mut stdin| stdin.write_all(file));
            });
            let stderr = scope.spawn(move || read(stderr, MAX_OUTPUT_BYTES));
            let stdout = scope.spawn(move || {
                let stdout = read(stdout, MAX_BYTES as u64 + 1);
                drop(closed);
                stdout
            });
            let timed_out = output.recv_timeout(self.limits.time) == Err::<(), _>(RecvTimeoutError::Timeout);
            if timed_out {
                child.kill()?;
            }
            let stdout = stdout.join().map_err(|_| io::Error::other("a reader thread panicked"))??;
            if stdout.len() > MAX_BYTES {
                child.kill()?;
            }
            // Fall back to wall-clock time if the system does not report CPU time.
            let processor_time = processor_time(&child).unwrap_or_else(|| began.elapsed());
            let status = child.wait()?;
            let stderr = stderr.join().map_err(|_| io::Error::other("a reader thread panicked"))??;
            Ok(CompilerOutput { status, stdout, stderr, timed_out, processor_time })
        })
    }

    /// The reason why the child exited without a result.
    fn failure(&self, program: &Path, output: &CompilerOutput) -> LoadFailure {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let memory = || {
            let mebibytes = self.limits.memory_bytes >> 20;
            LoadError::Compiler(format!("used more than {mebibytes} MiB of memory")).into()
        };
        match output.status.signal() {
            Some(signal) if signal == Signal::XCPU.as_raw() => {
                let seconds = self.limits.processor_time.as_secs();
                LoadError::Compiler(format!("took more than {seconds} s of CPU time")).into()
            }
            _ if stderr.contains(NO_MEMORY) => memory(),
            Some(signal) => LoadError::Compiler(format!("crashed (signal {signal}: {})", quote(stderr.trim()))).into(),
            None if output.status.code() == Some(PANICKED) => {
                LoadError::Compiler(format!("crashed ({})", quote(stderr.trim()))).into()
            }
            None => LibraryError::compiler(program, format!("{}: {}", output.status, stderr.trim())).into(),
        }
    }
}

/// The beginning of the standard library's message before it aborts.
const NO_MEMORY: &str = "memory allocation of";
/// The exit code of a Rust program that panicked.
const PANICKED: i32 = 101;

struct CompilerOutput {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    timed_out: bool,
    processor_time: Duration,
}

/// Waits until a child has exited, without reaping it, and returns its CPU time.
fn processor_time(child: &Child) -> Option<Duration> {
    let pid = Pid::from_child(child);
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The program's name may contain any character. It is followed by the state, ten numbers, and the CPU times in user
    // and in kernel mode.
    let (_, numbers) = stat.rsplit_once(')')?;
    let ticks: u64 = numbers.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap_or(0)).sum();
    Some(Duration::from_millis(ticks.saturating_mul(1000) / clock_ticks_per_second().max(1)))
}

fn is_machine_code(bytes: &[u8]) -> bool {
    wasmtime::Engine::detect_precompiled(bytes) == Some(Precompiled::Component)
}

fn read(pipe: Option<impl Read>, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(max).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
