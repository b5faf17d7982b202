//! The WIT worlds of the compiled plugs: their imports and exports.
//!
//! `CORDBOARD_BLESS=1 cargo test -p cordboard-tests --test worlds` writes the golden files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::env;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use cordboard::plug::{Engine, Inspection, Options, builtin, inspect};
use cordboard_tests::HOSTILE;

static INSPECTIONS: LazyLock<Vec<Inspection>> = LazyLock::new(|| {
    let engine = Engine::new(&Options::default()).unwrap();
    let files = builtin::ALL.iter().map(|one| one.file).chain([HOSTILE]);
    files.map(|file| inspect(&engine, file).unwrap()).collect()
});

#[test]
fn each_plug_has_its_golden_world() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let bless = env::var_os("CORDBOARD_BLESS").is_some();
    for inspection in INSPECTIONS.iter() {
        let file = folder.join(format!("{}.wit", inspection.description.name));
        if bless {
            fs::write(&file, &inspection.world).unwrap();
        }
        let golden = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let message = "set CORDBOARD_BLESS=1 to accept this";
        assert_eq!(items(&inspection.world), items(&golden), "{}: {message}", file.display());
    }
}

/// Returns the lines of the world, and the types and functions of each interface with its name. They are sorted, because
/// their order is the linker's.
fn items(wit: &str) -> Vec<(&str, &str)> {
    let (world, packages) = wit.split_once("\n}\n").unwrap();
    let mut items: Vec<_> = world.lines().map(|line| ("world", line)).collect();
    for interface in packages.split("\n  interface ").skip(1) {
        let (interface, _) = interface.split_once("\n  }").unwrap();
        let (name, body) = interface.split_once('\n').unwrap_or((interface, ""));
        items.extend(body.split("\n\n").flat_map(|item| item.split_inclusive(";\n")).map(|item| (name, item.trim())));
    }
    items.sort_unstable();
    items
}

#[test]
fn no_plug_imports_a_function() {
    for inspection in INSPECTIONS.iter() {
        let name = &inspection.description.name;
        assert_eq!(foreign(&inspection.imports), [""; 0], "{name}");
        assert_eq!(imported_functions(&inspection.world), [""; 0], "{name}");
    }
}

#[test]
fn each_plug_exports_its_contract() {
    let contracts: Vec<_> = INSPECTIONS
        .iter()
        .map(|one| {
            let mut exports = one.exports.clone();
            exports.sort_unstable();
            (one.description.name.as_str(), exports.join(" "))
        })
        .collect();
    let expected = [
        ("directory", "cordboard:telephony/telephony@0.1.0"),
        ("hubspot", "cordboard:crm/crm@0.1.0 cordboard:settings/settings@0.1.0"),
        ("iotum", "cordboard:provider/provider@0.1.0"),
        ("jitsi", "cordboard:provider/provider@0.1.0"),
        ("phonebook", "cordboard:telephony/telephony@0.1.0"),
        ("veeting", "cordboard:provider/provider@0.1.0"),
        ("hostile", "cordboard:provider/provider@0.1.0"),
    ]
    .map(|(name, contract)| (name, contract.to_owned()));
    assert_eq!(contracts, expected);
}

#[test]
fn detects_imported_functions() {
    let reaching = "world root {\n  import a:b/c@0.1.0;\n  import f: func();\n\n  export d;\n}\n";
    assert_eq!(imported_functions(reaching), ["import f: func();"]);
    let inside =
        "world root {\n  import a:b/c@0.1.0;\n}\npackage a:b@0.1.0 {\n  interface c {\n    get: func();\n  }\n}\n";
    assert_eq!(imported_functions(inside), ["get: func();"]);
}

fn foreign(imports: &[String]) -> Vec<&str> {
    imports.iter().map(String::as_str).filter(|name| !name.starts_with("cordboard:types/")).collect()
}

/// Returns the functions that a world imports, directly or in an interface. Exported interfaces may have functions.
fn imported_functions(world: &str) -> Vec<&str> {
    let lines = || world.lines().map(str::trim);
    let exported: Vec<&str> = lines().filter_map(|line| line.strip_prefix("export ")).collect();
    let mut package = "";
    let mut interface = "";
    let mut functions = Vec::new();
    for line in lines() {
        if let Some(name) = line.strip_prefix("package ") {
            package = name.trim_end_matches([' ', '{', ';']);
        } else if let Some(name) = line.strip_prefix("interface ") {
            interface = name.trim_end_matches([' ', '{']);
        } else if line.contains("func(") {
            let (name, version) = package.split_once('@').unwrap_or((package, ""));
            let full = format!("{name}/{interface}@{version};");
            if line.starts_with("import ") || !exported.contains(&full.as_str()) {
                functions.push(line);
            }
        }
    }
    functions
}
