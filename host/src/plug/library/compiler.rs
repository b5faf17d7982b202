//! Compiling, in a process of its own where there is a program for it.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
use wasmtime::Precompiled;

use super::cache::MAX_BYTES;
use super::child::{REFUSED, compile};
use super::error::{LibraryError, Trouble};
use super::machine_code::MachineCode;
use super::options::CompilerLimits;
use crate::plug::LoadError;
use crate::plug::error::quote;

/// The command of the program that compiles, which no help shows.
const COMMAND: &str = "compile-plug";
/// How many threads compile one file.
const THREADS: &str = "4";
const ARENA_BYTES: &str = "67108864";
const MAX_OUTPUT_BYTES: u64 = 4096;

/// Makes machine code.
pub(super) struct Compiler {
    program: Option<PathBuf>,
    limits: CompilerLimits,
}

impl Compiler {
    pub(super) fn new(program: Option<PathBuf>, limits: CompilerLimits) -> Self {
        Self { program, limits }
    }

    /// Checks a component's type, and compiles it. Adds the time that it took to `spent`: of processors, or,
    /// in this process, by the clock.
    pub(super) fn compile(&self, file: &[u8], spent: &mut Duration) -> Result<MachineCode, Trouble> {
        match &self.program {
            Some(program) => self.run(program, file, spent),
            None => {
                let began = Instant::now();
                let made = Self::compile_here(file);
                *spent = spent.saturating_add(began.elapsed());
                made
            }
        }
    }

    /// The same in this process, for files of our own.
    pub(super) fn compile_here(file: &[u8]) -> Result<MachineCode, Trouble> {
        Ok(MachineCode::fresh(compile(file)?))
    }

    fn run(&self, program: &Path, file: &[u8], spent: &mut Duration) -> Result<MachineCode, Trouble> {
        let broken = |error: io::Error| LibraryError::compiler(program, error);
        let output = self.talk(self.start(program).map_err(broken)?, file).map_err(broken)?;
        *spent = spent.saturating_add(output.processor_time);
        if output.timed_out {
            let seconds = self.limits.time.as_secs_f64();
            return Err(LoadError::Compiler(format!("took longer than {seconds} s")).into());
        }
        if output.stdout.len() > MAX_BYTES {
            return Err(LoadError::Compiler(format!("gave more than {} MiB of machine code", MAX_BYTES >> 20)).into());
        }
        match output.status.code() {
            Some(0) if is_machine_code(&output.stdout) => Ok(MachineCode::fresh(output.stdout)),
            Some(0) => Err(LibraryError::compiler(program, "it gave no machine code").into()),
            Some(code) if code == i32::from(REFUSED) => {
                let refusal: LoadError = serde_json::from_slice(&output.stdout)
                    .map_err(|_| LibraryError::compiler(program, "it refused without a reason"))?;
                Err(refusal.into())
            }
            _ => Err(self.why(program, &output)),
        }
    }

    fn start(&self, program: &Path) -> io::Result<Child> {
        let seconds = self.limits.processor_time.as_secs().max(1);
        Command::new(program)
            .args([COMMAND, "--memory-bytes", &self.limits.memory_bytes.to_string()])
            .args(["--processor-seconds", &seconds.to_string()])
            // Secrets stand in the environment, and a stranger's file is looked at.
            .env_clear()
            .env("RAYON_NUM_THREADS", THREADS)
            // The program's allocator takes memory by the gigabyte ahead of its use, which the limits would not allow.
            .env("MIMALLOC_ARENA_RESERVE", ARENA_BYTES)
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }

    /// Gives it the file, and takes what it gives, until it ends or its time is up.
    fn talk(&self, mut child: Child, file: &[u8]) -> io::Result<CompilerOutput> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let began = Instant::now();
        thread::scope(|scope| {
            let (closed, output) = channel();
            scope.spawn(move || {
                // One that ends early has said why.
                let _ = stdin.map(|mut stdin| stdin.write_all(file));
            });
            let stderr = scope.spawn(move || read(stderr, MAX_OUTPUT_BYTES));
            let stdout = scope.spawn(move || {
                let stdout = read(stdout, MAX_BYTES as u64 + 1);
                drop(closed);
                stdout
            });
            let timed_out = output.recv_timeout(self.limits.time) == Err::<(), _>(RecvTimeoutError::Timeout);
            // What has given all that it has to give only has to end.
            if timed_out {
                child.kill()?;
            }
            let stdout = stdout.join().map_err(|_| io::Error::other("a thread broke off"))??;
            if stdout.len() > MAX_BYTES {
                child.kill()?;
            }
            // By the clock where the system does not tell.
            let processor_time = processor_time(&child).unwrap_or_else(|| began.elapsed());
            let status = child.wait()?;
            let stderr = stderr.join().map_err(|_| io::Error::other("a thread broke off"))??;
            Ok(CompilerOutput { status, stdout, stderr, timed_out, processor_time })
        })
    }

    /// Why it ended without a word.
    fn why(&self, program: &Path, output: &CompilerOutput) -> Trouble {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let memory = || {
            let mebibytes = self.limits.memory_bytes >> 20;
            LoadError::Compiler(format!("took more than {mebibytes} MiB of memory")).into()
        };
        match output.status.signal() {
            Some(signal) if signal == Signal::XCPU.as_raw() => {
                let seconds = self.limits.processor_time.as_secs();
                LoadError::Compiler(format!("took more than {seconds} s of the processor")).into()
            }
            _ if stderr.contains(NO_MEMORY) => memory(),
            Some(signal) => {
                LoadError::Compiler(format!("broke off (signal {signal}: {})", quote(stderr.trim()))).into()
            }
            None if output.status.code() == Some(PANICKED) => {
                LoadError::Compiler(format!("broke off ({})", quote(stderr.trim()))).into()
            }
            None => LibraryError::compiler(program, format!("{}: {}", output.status, stderr.trim())).into(),
        }
    }
}

/// What Rust's standard library says before it aborts.
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

/// Waits until a child has ended, without taking its status, and gives the time that it had on processors.
fn processor_time(child: &Child) -> Option<Duration> {
    let pid = Pid::from_child(child);
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).ok()?;
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // Behind the program's name, which may have any letters: a letter and ten numbers, then the times in the process and
    // in the system.
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
