//! The files that spin.toml names, and their compositions.

use std::collections::BTreeSet;

use cordboard::plug::builtin::{self, BuiltIn};
use cordboard_tests::spin::{manifest, root};

#[test]
fn plug_files_are_the_same_on_both_hosts() {
    for plug in &builtin::ALL {
        let file = std::fs::read(root().join(format!("target/spin/{}.wasm", plug.name))).unwrap();
        let built = BuiltIn { file: Box::leak(file.into_boxed_slice()), ..*plug };
        assert_eq!(built.digest(), plug.digest(), "{}", plug.name);
    }
}

/// Composes by the rules of Spin's composer: every key has an import, every file exports it, and no package occurs
/// twice.
#[test]
fn every_component_is_composed_as_spin_would() {
    let manifest = manifest();
    let mut ids: Vec<_> = manifest.ids().collect();
    ids.sort_unstable();
    assert_eq!(ids, ["front", "iotum", "jitsi", "phonebook", "query", "veeting"]);
    for id in ids {
        let composed = manifest.compose(id).unwrap_or_else(|fault| panic!("{id}: {fault:#}"));
        let imports = imports(&composed);
        assert!(imports.contains(&"spin:variables/variables@3.0.0".to_owned()), "{id}: {imports:?}");
        // Types need no dependency. An import of a contract without one would make `spin up` fail.
        let open =
            imports.iter().filter(|name| name.starts_with("cordboard:") && !name.starts_with("cordboard:types/"));
        assert_eq!(open.collect::<Vec<_>>(), Vec::<&String>::new(), "{id}");
    }
}

/// The front calls every plug component and no others: Spin fails on a missing component.
#[test]
fn the_front_calls_exactly_the_plug_components() {
    let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let (_, plugs) = text.split_once("\nplugs = \"").unwrap();
    let plugs: BTreeSet<_> = plugs.split('"').next().unwrap().split(' ').collect();
    let hosts = text.split("\"http://").skip(1).filter_map(|rest| Some(rest.split_once(".spin.internal\"")?.0));
    let manifest = manifest();
    assert_eq!(plugs, hosts.filter(|host| *host != "query").collect());
    assert_eq!(plugs, manifest.ids().filter(|id| !["front", "query"].contains(id)).collect());
}

fn imports(component: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0;
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            wasmparser::Payload::ModuleSection { .. } | wasmparser::Payload::ComponentSection { .. } => depth += 1,
            wasmparser::Payload::End(_) if depth > 0 => depth -= 1,
            wasmparser::Payload::ComponentImportSection(section) if depth == 0 => {
                names.extend(section.into_iter().map(|import| import.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    names
}

#[test]
fn a_gateway_imports_only_the_contracts_that_it_uses() {
    for (gateway, contracts) in [
        ("front", vec!["cordboard:crm/crm@0.1.0"]),
        ("query", vec![]),
        ("conferencing", vec!["cordboard:crm/crm@0.1.0", "cordboard:provider/provider@0.1.0"]),
        ("telephony", vec!["cordboard:crm/crm@0.1.0", "cordboard:telephony/telephony@0.1.0"]),
    ] {
        let file = std::fs::read(root().join(format!("target/spin/{gateway}.wasm"))).unwrap();
        let mut imported = imports(&file);
        imported.retain(|name| name.starts_with("cordboard:") && !name.starts_with("cordboard:types/"));
        imported.sort_unstable();
        assert_eq!(imported, contracts, "{gateway}");
    }
}
