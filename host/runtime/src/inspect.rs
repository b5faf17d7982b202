//! Inspects a plug file without activating it.

use cordboard_core::Role;
use wasmtime::component::Component;
use wit_component::{DecodedWasm, WitPrinter, decode};

use super::engine::{Class, Engine};
use super::error::{LoadError, quote};
use crate::contract::manifest::Description;

/// The facts about a plug file.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The file's digest, as `sha256:…`.
    pub digest: String,
    /// The file's size in bytes.
    pub bytes: usize,
    /// The contract that the plug implements.
    pub role: Role,
    /// The instance pool that runs the plug.
    pub class: Class,
    /// The names of its imports, which are type-only interfaces.
    pub imports: Vec<String>,
    /// The names of its exports.
    pub exports: Vec<String>,
    /// The number of memories of an instance.
    pub memories: u32,
    /// The memory of a new instance, in bytes.
    pub initial_memory_bytes: u64,
    /// Its world as WIT, including the packages that the world refers to.
    pub world: String,
    /// The plug's own description.
    pub description: Description,
}

/// Loads and inspects a plug.
///
/// # Errors
/// If the file is not a plug that this host can use.
pub fn inspect(engine: &Engine, file: &[u8]) -> Result<Inspection, LoadError> {
    let plug = engine.load(file)?;
    let component = plug.component().map_err(LoadError::Start)?;
    let (memories, initial_memory_bytes) = memories(&component);
    let (imports, exports) = names(&component);
    Ok(Inspection {
        digest: plug.digest().to_owned(),
        bytes: file.len(),
        role: plug.role(),
        class: plug.class(),
        imports,
        exports,
        memories,
        initial_memory_bytes,
        world: world(file)?,
        description: plug.description().clone(),
    })
}

fn memories(component: &Component) -> (u32, u64) {
    component.resources_required().map_or((0, 0), |needs| {
        // If there are several memories, wasmtime reports the largest.
        (needs.num_memories, needs.max_initial_memory_size.unwrap_or(0).saturating_mul(64 << 10))
    })
}

fn names(component: &Component) -> (Vec<String>, Vec<String>) {
    let shape = component.component_type();
    let engine = component.engine();
    let imports = shape.imports(engine).map(|(name, _)| name.to_owned()).collect();
    let exports = shape.exports(engine).map(|(name, _)| name.to_owned()).collect();
    (imports, exports)
}

fn world(file: &[u8]) -> Result<String, LoadError> {
    let invalid = |reason: &str| LoadError::Invalid(quote(reason));
    let decoded = decode(file).map_err(|error| invalid(&error.root_cause().to_string()))?;
    let DecodedWasm::Component(resolve, world) = &decoded else {
        return Err(invalid("it is a WIT package, not a component"));
    };
    let package = resolve.worlds.get(*world).and_then(|world| world.package);
    let package = package.ok_or_else(|| invalid("its world has no package"))?;
    let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    let mut printer = WitPrinter::default();
    printer.print(resolve, package, &others).map_err(|error| invalid(&error.root_cause().to_string()))?;
    Ok(String::from(printer.output))
}
