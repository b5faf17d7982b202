//! What can be known of a file before it is put to work.

use wasmtime::component::Component;
use wit_component::{DecodedWasm, WitPrinter, decode};

use super::call::Role;
use super::engine::{Class, Engine};
use super::error::{LoadError, quote};
use crate::contract::manifest::Description;

/// All that is known of a plug.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// `sha256:` and the digest of the file.
    pub digest: String,
    /// Size of the file.
    pub bytes: usize,
    /// Which contract it implements.
    pub role: Role,
    /// Which pool its instances come from.
    pub class: Class,
    /// The interfaces that it imports, which hold types only.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<String>,
    /// How many memories an instance has.
    pub memories: u32,
    /// What an instance has of memory when it begins, in bytes.
    pub initial_memory_bytes: u64,
    /// Its world as WIT, with the packages that the world names.
    pub world: String,
    /// What it says of itself.
    pub description: Description,
}

/// Loads a plug, and tells all that is known of it.
///
/// # Errors
/// Where the file is not a plug that this host can use.
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
        world: world(file).map_err(|reason| LoadError::Invalid(quote(&reason)))?,
        description: plug.description().clone(),
    })
}

fn memories(component: &Component) -> (u32, u64) {
    component.resources_required().map_or((0, 0), |needs| {
        // Of several memories wasmtime tells the largest.
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

fn world(file: &[u8]) -> Result<String, String> {
    let decoded = decode(file).map_err(|error| error.root_cause().to_string())?;
    let DecodedWasm::Component(resolve, world) = &decoded else {
        return Err("it holds an interface, not a component".to_owned());
    };
    let package = resolve.worlds.get(*world).and_then(|world| world.package);
    let package = package.ok_or("its world has no package")?;
    let others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    let mut printer = WitPrinter::default();
    printer.print(resolve, package, &others).map_err(|error| error.root_cause().to_string())?;
    Ok(String::from(printer.output))
}
