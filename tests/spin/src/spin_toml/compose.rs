//! Composes a component and its dependencies into one component, by the rules of Spin's composer.

use std::sync::Mutex;

use wac_graph::types::{ItemKind, Package, WorldId};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId};
use wasmtime::error::Context;
use wasmtime::{Error, Result, ensure};

/// An entry of `[component.X.dependencies]` and the file that it names.
#[derive(Clone, PartialEq)]
pub(crate) struct Plugged {
    pub key: String,
    pub export: Option<String>,
    pub bytes: Vec<u8>,
}

/// The inputs and the output of a composition.
struct Composed {
    id: String,
    main: Vec<u8>,
    plugged: Vec<Plugged>,
    component: Vec<u8>,
}

/// Returns the component that Spin would run. Without dependencies, this is the component itself. The same inputs are
/// composed once in each process.
pub(crate) fn compose(id: &str, main: Vec<u8>, plugged: Vec<Plugged>) -> Result<Vec<u8>> {
    static COMPOSED: Mutex<Vec<Composed>> = Mutex::new(Vec::new());
    if plugged.is_empty() {
        return Ok(main);
    }
    let mut composed = COMPOSED.lock().unwrap();
    let known = composed.iter().find(|known| known.id == id && known.main == main && known.plugged == plugged);
    if let Some(known) = known {
        return Ok(known.component.clone());
    }
    let component = compose_uncached(id, main.clone(), plugged.clone())?;
    composed.push(Composed { id: id.to_owned(), main, plugged, component: component.clone() });
    Ok(component)
}

fn compose_uncached(id: &str, main: Vec<u8>, plugged: Vec<Plugged>) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let (world, instance) = register(&mut graph, id, main)?;
    let imports: Vec<String> = graph.types()[world].imports.keys().cloned().collect();
    for Plugged { key, export, bytes } in plugged {
        let matched: Vec<_> = imports.iter().filter(|import| matches(&key, import)).collect();
        ensure!(!matched.is_empty(), "{id} imports nothing that the dependency {key} could be for");
        // In Spin's graph a dependency has the name of its package alone, so there is one of each.
        let (theirs, provider) = register(&mut graph, key.split(['/', '@']).next().unwrap_or(&key), bytes)?;
        // Spin would deny what it imports by a component of its own, which this host has not.
        let needs = graph.types()[theirs].imports.iter().find(|(_, import)| !types_only(&graph, import));
        ensure!(needs.is_none(), "the dependency {key} imports functions: {}", needs.map_or("", |(name, _)| name));
        for import in matched {
            let name = export.as_deref().unwrap_or(import);
            let about = || format!("{name} of the dependency {key} as {import} of {id}");
            let node = graph.alias_instance_export(provider, name).with_context(about)?;
            // The graph takes a subtype only.
            graph.set_instantiation_argument(instance, import, node).with_context(about)?;
        }
    }
    for name in graph.types()[world].exports.clone().into_keys() {
        let node = graph.alias_instance_export(instance, &name)?;
        graph.export(node, name)?;
    }
    Ok(graph.encode(EncodeOptions::default())?)
}

fn register(graph: &mut CompositionGraph, name: &str, bytes: Vec<u8>) -> Result<(WorldId, NodeId)> {
    let package = Package::from_bytes(name, None, bytes, graph.types_mut()).map_err(Error::from_anyhow)?;
    let (world, package) = (package.ty(), graph.register_package(package)?);
    Ok((world, graph.instantiate(package)))
}

/// Whether a key, `package[/interface][@version]` or a plain name, is for this import.
fn matches(key: &str, import: &str) -> bool {
    let (wanted, version) = key.split_once('@').unwrap_or((key, ""));
    let (offered, theirs) = import.split_once('@').unwrap_or((import, ""));
    let package = offered.split_once('/').map(|(package, _)| package);
    (wanted == offered || package == Some(wanted)) && (version.is_empty() || version == theirs)
}

fn types_only(graph: &CompositionGraph, import: &ItemKind) -> bool {
    match import {
        ItemKind::Instance(id) => graph.types()[*id].exports.values().all(|item| matches!(item, ItemKind::Type(_))),
        item => matches!(item, ItemKind::Type(_)),
    }
}
