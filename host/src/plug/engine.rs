//! The runtime: two pools of instances, and the clock that stops those which take too long.

use std::fmt;
use std::sync::Arc;
use std::thread;

use wasmtime::{Config, Enabled, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use super::limits::{ClassOptions, Limits, Options, TICK, store};

/// Which pool a plug's instances come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// One small module; an instance costs microseconds.
    Lean,
    /// A language's runtime, or several components in one; an instance costs about a millisecond.
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

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The pool could not be made.
    #[error(
        "cannot reserve room for {slots} {class} plug instances ({reason}): let the process have more address space \
         (`ulimit -v unlimited`), or give it fewer instances"
    )]
    Pool {
        /// Of which class.
        class: Class,
        /// How many instances were wanted.
        slots: u32,
        /// The system's words.
        reason: String,
    },
    /// The clock could not be started.
    #[error("cannot start the thread that stops plugs which take too long ({0}): let the process have more threads")]
    Clock(std::io::Error),
}

/// Loads plugs, and runs them. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Pools>);

struct Pools {
    max_file_bytes: usize,
    max_lean_file_bytes: usize,
    lean: Pool,
    roomy: Pool,
}

impl Engine {
    /// Reserves address space for both pools and starts the clock, a thread that ends with the engine and the last of
    /// its plugs.
    ///
    /// # Errors
    /// Where the system gives no address space or thread.
    pub fn new(options: &Options) -> Result<Self, EngineError> {
        let lean = Pool::new(Class::Lean, options.lean)?;
        let roomy = Pool::new(Class::Roomy, options.roomy)?;
        let clock = [lean.engine.weak(), roomy.engine.weak()];
        let thread = thread::Builder::new().name("plug-clock".to_owned());
        thread.spawn(move || tick(&clock)).map_err(EngineError::Clock)?;
        let (max_file_bytes, max_lean_file_bytes) = (options.max_file_bytes, options.max_lean_file_bytes);
        Ok(Self(Arc::new(Pools { max_file_bytes, max_lean_file_bytes, lean, roomy })))
    }

    /// The largest file, in bytes.
    pub(super) fn max_file_bytes(&self) -> usize {
        self.0.max_file_bytes
    }

    /// The pool of a class.
    pub(super) fn pool(&self, class: Class) -> &Pool {
        match class {
            Class::Lean => &self.0.lean,
            Class::Roomy => &self.0.roomy,
        }
    }

    /// The pools in which a file of this size is tried, in this order. A large file is not compiled twice.
    pub(super) fn pools_for(&self, file_bytes: usize) -> impl Iterator<Item = &Pool> {
        let lean = (file_bytes <= self.0.max_lean_file_bytes).then_some(&self.0.lean);
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

/// Instances of one class. Cheap to clone.
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

    /// A store for one call.
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

/// An engine that compiles what every pool can run, and has no room for instances itself.
pub(super) fn compiler() -> wasmtime::Result<wasmtime::Engine> {
    wasmtime::Engine::new(&compiling())
}

/// What machine code depends on: the same for all.
fn compiling() -> Config {
    let mut config = Config::new();
    config
        .memory_init_cow(true)
        .epoch_interruption(true)
        // A pure plug never waits: calls are synchronous, on the caller's stack.
        .concurrency_support(false)
        .wasm_memory64(false)
        // What WebAssembly leaves open is settled, so that an operation does the same wherever it is run again.
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
        // It would make an instance two microseconds cheaper, and can hand swapped-out pages on to the next one
        // (wasmtime's pull request 14357).
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
            // Wiping a small memory is cheaper than giving it back, if all of it is kept.
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
    fn the_clock_ends_with_its_engines() {
        let engine = Engine::new(&Options::default()).unwrap();
        let clock = [engine.0.lean.engine.weak(), engine.0.roomy.engine.weak()];
        let thread = thread::spawn(move || tick(&clock));
        thread::sleep(TICK * 3);
        assert!(!thread.is_finished());
        drop(engine);
        thread.join().unwrap();
    }

    #[test]
    fn a_pool_that_the_system_cannot_give_is_refused_in_a_sentence() {
        let mut options = Options::default();
        options.lean.slots = 1 << 20;
        let error = Engine::new(&options).err().unwrap().to_string();
        assert!(error.starts_with("cannot reserve room for 1048576 lean plug instances ("), "{error}");
        assert!(error.ends_with("or give it fewer instances"), "{error}");
    }
}
