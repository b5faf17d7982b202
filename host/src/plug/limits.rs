//! What a plug may take of its host.

use std::time::Duration;

use wasmtime::{ResourceLimiter, Store, UpdateDeadline};

use crate::thread_time::thread_time;

/// The tick by which a plug's time is counted.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// What plugs may take of their host.
#[derive(Clone, Debug)]
pub struct Options {
    /// The largest file, in bytes.
    pub max_file_bytes: usize,
    /// The largest file, in bytes, that is compiled as a lean one.
    pub max_lean_file_bytes: usize,
    /// For plugs in one small module, as compilers to WebAssembly make them.
    pub lean: ClassOptions,
    /// For plugs that bring a language's whole runtime along, or are composed of several.
    pub roomy: ClassOptions,
}

/// What one class of plugs may take of their host.
#[derive(Clone, Copy, Debug)]
pub struct ClassOptions {
    /// How many calls may run at one time. Each slot takes address space; memory only while it is in use.
    pub slots: u32,
    /// Linear memory of one call, over all memories that it has, in bytes.
    pub memory_bytes: usize,
    /// Time of one call: half of it by the clock, and once that is over the other half as its thread is given the
    /// processor, so that a busy machine cannot make a slow plug of a quick one. In steps of 10 ms.
    pub budget: Duration,
    /// The largest result of one call, in bytes as the host keeps it.
    pub result_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // The runtimes of JavaScript and Python come to 12 and 18 MB.
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

/// What is left to one call.
pub(super) struct Limits {
    memory_bytes: usize,
    table_elements: usize,
}

/// A store for one call.
pub(super) fn store(engine: &wasmtime::Engine, options: &ClassOptions, table_elements: usize) -> Store<Limits> {
    let mut store = Store::new(engine, Limits { memory_bytes: options.memory_bytes, table_elements });
    store.limiter(|limits| limits);
    store.set_hostcall_fuel(options.result_bytes);
    // The contracts have no resources.
    store.set_max_component_handles(0);
    let half = ticks(options.budget / 2);
    // The first tick may come at once, so one more is given.
    store.set_epoch_deadline(half.saturating_add(1));
    let mut second_half: Option<Duration> = None;
    let budget = options.budget / 2;
    // Most calls are over long before, and cost no look at their thread's time. Each runs on one thread to its end.
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

/// The plug wants more memory than a call is given.
#[derive(Debug, thiserror::Error)]
#[error("a call has no more memory")]
pub(super) struct NoMemory;

/// Counts over all memories and tables of a call: wasmtime's own limits are for each alone, and a composed plug has
/// several. Overstepping one traps, since an allocation that merely fails is reported as any other panic.
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
    fn memories_of_one_call_share_what_it_is_given() {
        let mut limits = Limits { memory_bytes: 100, table_elements: 10 };
        assert!(limits.memory_growing(0, 60, None).unwrap());
        assert!(limits.memory_growing(60, 70, None).unwrap());
        assert!(limits.table_growing(0, 10, None).unwrap());
        assert!(limits.memory_growing(0, 31, None).unwrap_err().is::<NoMemory>());
        assert!(limits.memory_growing(0, 30, None).unwrap());
        assert!(limits.table_growing(10, 11, None).unwrap_err().is::<NoMemory>());
    }
}
