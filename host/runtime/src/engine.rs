//! The runtime: two instance pools, and a thread that interrupts calls which run too long.

use std::fmt;
use std::sync::Arc;
use std::thread;

use wasmtime::{Config, Enabled, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use super::limits::{ClassOptions, Limits, Options, TICK, store};

/// The instance pool that runs a plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// For a single small module. Creating an instance takes microseconds.
    Lean,
    /// For a plug that bundles a language runtime or several components. Creating an instance takes about a
    /// millisecond.
    Roomy,
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lean => "lean",
            Self::Roomy => "roomy",
        })
    }
}

/// Why an engine could not be created.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The instance pool could not be allocated.
    #[error(
        "cannot reserve address space for {slots} {class} plug instances ({reason}): raise the process's limit \
         (`ulimit -v unlimited`), or configure fewer instances"
    )]
    Pool {
        /// The class of the pool.
        class: Class,
        /// The number of instances requested.
        slots: u32,
        /// The system's error message.
        reason: String,
    },
    /// The clock thread could not be started.
    #[error("cannot start the thread that interrupts slow plugs ({0}): raise the process's thread limit")]
    Clock(std::io::Error),
}

/// Loads and runs plugs. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Pools>);

struct Pools {
    options: Options,
    lean: Pool,
    roomy: Pool,
}

impl Engine {
    /// Reserves address space for both pools and starts the clock thread, which exits once the engine and all of its
    /// plugs are dropped.
    ///
    /// # Errors
    /// If the system refuses the address space or the thread.
    pub fn new(options: &Options) -> Result<Self, EngineError> {
        let lean = Pool::new(Class::Lean, options.lean)?;
        let roomy = Pool::new(Class::Roomy, options.roomy)?;
        let clock = [lean.engine.weak(), roomy.engine.weak()];
        let thread = thread::Builder::new().name("plug-clock".to_owned());
        thread.spawn(move || tick(&clock)).map_err(EngineError::Clock)?;
        Ok(Self(Arc::new(Pools { options: options.clone(), lean, roomy })))
    }

    /// The size limit for plug files, in bytes.
    pub fn max_file_bytes(&self) -> usize {
        self.0.options.max_file_bytes
    }

    pub(super) fn pool(&self, class: Class) -> &Pool {
        match class {
            Class::Lean => &self.0.lean,
            Class::Roomy => &self.0.roomy,
        }
    }

    /// The pools to try for a file of this size, in order. Large files skip the lean pool, to be compiled only once.
    pub(super) fn pools_for(&self, file_bytes: usize) -> impl Iterator<Item = &Pool> {
        let lean = (file_bytes <= self.0.options.max_lean_file_bytes).then_some(&self.0.lean);
        lean.into_iter().chain([&self.0.roomy])
    }
}

fn tick(clock: &[EngineWeak]) {
    loop {
        thread::sleep(TICK);
        let mut ended = true;
        for engine in clock.iter().filter_map(EngineWeak::upgrade) {
            engine.increment_epoch();
            ended = false;
        }
        if ended {
            return;
        }
    }
}

/// The instance pool of one class. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    pub(super) class: Class,
    pub(super) engine: wasmtime::Engine,
    options: ClassOptions,
}

impl Pool {
    fn new(class: Class, options: ClassOptions) -> Result<Self, EngineError> {
        let engine = wasmtime::Engine::new(&config(class, &options)).map_err(|error| EngineError::Pool {
            class,
            slots: options.slots,
            reason: error.root_cause().to_string(),
        })?;
        Ok(Self { class, engine, options })
    }

    /// A new store, for a single call.
    pub(super) fn store(&self) -> Store<Limits> {
        store(&self.engine, &self.options, table_elements(self.class))
    }
}

fn table_elements(class: Class) -> usize {
    match class {
        Class::Lean => 2_000,
        Class::Roomy => 100_000,
    }
}

/// An engine without instances of its own, which compiles code for either pool.
pub(super) fn compiler() -> wasmtime::Result<wasmtime::Engine> {
    wasmtime::Engine::new(&compiling())
}

/// The settings that machine code depends on, shared by all engines.
fn compiling() -> Config {
    let mut config = Config::new();
    config
        .memory_init_cow(true)
        .epoch_interruption(true)
        // Plugs never wait: calls are synchronous, on the caller's stack.
        .concurrency_support(false)
        .wasm_memory64(false)
        // Make results deterministic where WebAssembly does not, because operations are replayed.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}

fn config(class: Class, options: &ClassOptions) -> Config {
    let mut config = compiling();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(class, options))).max_wasm_stack(match class {
        Class::Lean => 256 << 10,
        Class::Roomy => 1 << 20,
    });
    config
}

fn pool(class: Class, options: &ClassOptions) -> PoolingAllocationConfig {
    let slots = options.slots.max(1);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .max_memory_size(options.memory_bytes)
        .max_memories_per_module(1)
        .table_elements(table_elements(class))
        // It would save two microseconds an instance, but can leak swapped-out pages into the next one (wasmtime pull
        // request 14357).
        .pagemap_scan(Enabled::No);
    match class {
        Class::Lean => pool
            .total_core_instances(slots.saturating_mul(8))
            .total_memories(slots)
            .total_tables(slots.saturating_mul(2))
            .max_component_instance_size(64 << 10)
            .max_core_instance_size(64 << 10)
            .max_core_instances_per_component(8)
            .max_memories_per_component(1)
            .max_tables_per_component(2)
            .max_tables_per_module(1)
            // Zeroing a small memory is cheaper than returning it to the system, provided that all of it is resident.
            .linear_memory_keep_resident(256 << 10)
            .table_keep_resident(64 << 10),
        Class::Roomy => pool
            .total_core_instances(slots.saturating_mul(64))
            .total_memories(slots.saturating_mul(8).max(64))
            .total_tables(slots.saturating_mul(16).max(128))
            .max_component_instance_size(16 << 20)
            .max_core_instance_size(16 << 20)
            .max_core_instances_per_component(64)
            .max_memories_per_component(64)
            .max_tables_per_component(128)
            .max_tables_per_module(8),
    };
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stops_when_its_engines_are_dropped() {
        let engine = Engine::new(&Options::default()).unwrap();
        let clock = [engine.0.lean.engine.weak(), engine.0.roomy.engine.weak()];
        let thread = thread::spawn(move || tick(&clock));
        thread::sleep(TICK * 3);
        assert!(!thread.is_finished());
        drop(engine);
        thread.join().unwrap();
    }

    #[test]
    fn a_pool_that_does_not_fit_is_a_readable_error() {
        let mut options = Options::default();
        options.lean.slots = 1 << 20;
        let error = Engine::new(&options).err().unwrap().to_string();
        assert!(error.starts_with("cannot reserve address space for 1048576 lean plug instances ("), "{error}");
        assert!(error.ends_with("or configure fewer instances"), "{error}");
    }
}
