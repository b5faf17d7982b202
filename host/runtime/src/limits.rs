//! Resource limits for plugs: file size, time, memory and result size.

use std::time::Duration;

use cordboard_threads::thread_time;
use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

/// The resolution of a plug's time limit.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Resource limits for plugs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Size limit for plug files, in bytes.
    pub max_file_bytes: usize,
    /// Size limit for files that are tried in the lean class, in bytes.
    pub max_lean_file_bytes: usize,
    /// Limits for plugs that consist of a single small module, such as those written in Rust.
    pub lean: ClassOptions,
    /// Limits for plugs that bundle a language runtime or several components.
    pub roomy: ClassOptions,
}

/// Resource limits for one class of plugs.
#[derive(Clone, Copy, Debug)]
pub struct ClassOptions {
    /// Maximum number of concurrent calls. A slot reserves address space, but uses memory only during a call.
    pub slots: u32,
    /// Total linear memory of a call, in bytes, over all of its memories.
    pub memory_bytes: usize,
    /// Time limit of a call, rounded up to 10 ms. The first half is wall-clock time, the second half CPU time, so that
    /// a fast plug does not time out merely because the machine is busy.
    pub budget: Duration,
    /// Size limit for the result of a call, in bytes of host memory.
    pub result_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // The runtimes of JavaScript and Python have 12 and 18 MB.
            max_file_bytes: 64 << 20,
            max_lean_file_bytes: 2 << 20,
            lean: ClassOptions {
                slots: 256,
                memory_bytes: 32 << 20,
                budget: Duration::from_millis(250),
                result_bytes: 8 << 20,
            },
            roomy: ClassOptions {
                slots: 16,
                memory_bytes: 256 << 20,
                budget: Duration::from_secs(2),
                result_bytes: 8 << 20,
            },
        }
    }
}

/// The memory and table elements that a call may still allocate.
pub(super) struct Limits {
    memory_bytes: usize,
    table_elements: usize,
}

/// A new store, with the limits of a single call.
pub(super) fn store(engine: &wasmtime::Engine, options: &ClassOptions, table_elements: usize) -> Store<Limits> {
    let mut store = Store::new(engine, Limits { memory_bytes: options.memory_bytes, table_elements });
    store.limiter(|limits| limits);
    store.set_hostcall_fuel(options.result_bytes);
    // The contracts have no resources.
    store.set_max_component_handles(0);
    let half = ticks(options.budget / 2);
    // The first tick may be immediate, so allow one more.
    store.set_epoch_deadline(half.saturating_add(1));
    let mut second_half: Option<Duration> = None;
    let budget = options.budget / 2;
    // Most calls finish within the first half and never read their thread's CPU time. A call stays on one thread.
    store.epoch_deadline_callback(move |_| {
        let spent = thread_time();
        let ends = *second_half.get_or_insert_with(|| spent.saturating_add(budget));
        match ends.checked_sub(spent) {
            Some(left) if !left.is_zero() => Ok(UpdateDeadline::Continue(ticks(left).max(1))),
            _ => Ok(UpdateDeadline::Interrupt),
        }
    });
    store
}

fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis().div_ceil(TICK.as_millis())).unwrap_or(u64::MAX)
}

/// The plug exceeded the memory limit of a call.
#[derive(Debug, thiserror::Error)]
#[error("the memory limit of a plug call is reached")]
pub(super) struct NoMemory;

/// Counts all memories and tables of a call together, because a composed plug has several and wasmtime's own limits
/// apply to each alone. Exceeding a limit traps: a failed allocation would look like any other panic.
impl ResourceLimiter for Limits {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        take(&mut self.memory_bytes, current, desired)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        take(&mut self.table_elements, current, desired)
    }
}

fn take(left: &mut usize, current: usize, desired: usize) -> wasmtime::Result<bool> {
    *left = left.checked_sub(desired.saturating_sub(current)).ok_or(NoMemory)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_of_a_call_share_its_limit() {
        let mut limits = Limits { memory_bytes: 100, table_elements: 10 };
        assert!(limits.memory_growing(0, 60, None).unwrap());
        assert!(limits.memory_growing(60, 70, None).unwrap());
        assert!(limits.table_growing(0, 10, None).unwrap());
        assert!(limits.memory_growing(0, 31, None).unwrap_err().is::<NoMemory>());
        assert!(limits.memory_growing(0, 30, None).unwrap());
        assert!(limits.table_growing(10, 11, None).unwrap_err().is::<NoMemory>());
    }
}
