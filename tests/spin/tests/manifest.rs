//! Manifests that Spin would not start, and this host's error messages.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use cordboard_spin_host::{App, Manifest, Store};
use tempfile::TempDir;

/// Imports two interfaces of one package, one of another, and a function.
const MAIN: &str = r#"(component
    (import "a:b/c@0.1.0" (instance (export "f" (func (param "x" u32) (result u32)))))
    (import "a:b/d@0.1.0" (instance))
    (import "a:other/e" (instance))
    (import "plain" (func)))"#;
/// Exports all of that, with one more function.
const PLUG: &str = r#"(component
    (core module $m (func (export "f") (param i32) (result i32) unreachable) (func (export "g")))
    (core instance $i (instantiate $m))
    (func $f (param "x" u32) (result u32) (canon lift (core func $i "f")))
    (func $g (canon lift (core func $i "g")))
    (instance $c (export "f" (func $f)) (export "g" (func $g)))
    (instance $d (export "g" (func $g)))
    (export "a:b/c@0.1.0" (instance $c))
    (export "a:b/d@0.1.0" (instance $d))
    (export "a:b/c@0.1.1" (instance $c))
    (export "a:other/e" (instance $d))
    (export "plain" (func $g)))"#;
/// Exports `c` with another type.
const OTHER: &str = r#"(component
    (core module $m (func (export "g")))
    (core instance $i (instantiate $m))
    (func $g (canon lift (core func $i "g")))
    (instance $c (export "f" (func $g)))
    (export "a:b/c@0.1.0" (instance $c)))"#;
/// Imports a function.
const NEEDY: &str = r#"(component
    (import "log" (func $g))
    (instance $c (export "f" (func $g)))
    (export "a:b/c@0.1.0" (instance $c)))"#;

/// The error if everything before the imports of `main` is valid.
const PAST: &str = "a matching implementation was not found in the linker";

const REST: &str = r#"
    spin_manifest_version = 2
    application = { name = "app" }
    component.plug = { source = "plug.wasm" }
"#;

/// Returns a folder with this `spin.toml`, and the components above.
fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, component) in [("main", MAIN), ("plug", PLUG), ("other", OTHER), ("needy", NEEDY)] {
        std::fs::write(folder.path().join(name).with_extension("wasm"), wat::parse_str(component).unwrap()).unwrap();
    }
    std::fs::write(folder.path().join("spin.toml"), text).unwrap();
    folder
}

/// Returns the reason why the application cannot run.
async fn refused(text: &str, variables: &[(&str, &str)]) -> String {
    let folder = folder(text);
    let manifest = match Manifest::read(&folder.path().join("spin.toml")) {
        Ok(manifest) => manifest,
        Err(fault) => return format!("{fault:#}"),
    };
    match App::start(&manifest, variables, Store::default()).await {
        Ok(app) => panic!("it runs at {}", app.address),
        Err(fault) => format!("{fault:#}"),
    }
}

/// Returns the reason why an application with these lines in its component `main` and this rest cannot run.
async fn why(main: &str, rest: &str, variables: &[(&str, &str)]) -> String {
    let trigger = "[[trigger.http]]\nroute = \"/...\"\ncomponent = \"main\"\n";
    refused(&format!("{REST}{rest}\n{trigger}[component.main]\nsource = \"main.wasm\"\n{main}"), variables).await
}

/// Composes `main` with these dependencies.
fn composed(dependencies: &str) -> Result<Vec<u8>, String> {
    let main = "[component.main]\nsource = \"main.wasm\"\n[component.main.dependencies]";
    let folder = folder(&format!("{REST}\n{main}\n{dependencies}"));
    let manifest = Manifest::read(&folder.path().join("spin.toml"));
    manifest.and_then(|manifest| manifest.compose("main")).map_err(|fault| format!("{fault:#}"))
}

macro_rules! assert_has {
    ($text:expr, $part:expr) => {{
        let text = $text;
        assert!(text.contains($part), "{text}");
    }};
}

#[test]
fn accepts_every_form_of_a_dependency_key() {
    for key in ["a:b/c@0.1.0", "a:b/c", "a:b@0.1.0", "a:b", "a:other", "plain"] {
        composed(&format!("\"{key}\" = {{ component = \"plug\" }}")).expect(key);
        composed(&format!("\"{key}\" = {{ path = \"plug.wasm\" }}")).expect(key);
    }
    composed("\"a:b/c\" = { path = \"plug.wasm\", export = \"a:b/c@0.1.1\" }").expect("another name of the export");
}

#[test]
fn rejects_a_key_without_a_matching_import() {
    for key in ["a:b/c@0.1.1", "a:b/x", "a:bb", "other", "a:other@0.1.0"] {
        let why = composed(&format!("\"{key}\" = {{ component = \"plug\" }}")).unwrap_err();
        assert_has!(why, "main imports nothing that the dependency");
    }
}

#[test]
fn rejects_two_entries_for_one_package() {
    let two = "\"a:b/c\" = { component = \"plug\" }\n\"a:b/d\" = { component = \"plug\" }";
    assert_has!(composed(two).unwrap_err(), "already been registered");
}

#[test]
fn rejects_dependencies_without_a_matching_export() {
    let why = |entry: &str| composed(entry).unwrap_err();
    assert_has!(why("\"a:b/d\" = { path = \"other.wasm\" }"), "does not have an export named `a:b/d@0.1.0`");
    assert_has!(why("\"a:b/c\" = { path = \"plug.wasm\", export = \"a:b/c\" }"), "does not have an export named");
    assert_has!(why("\"a:b/c\" = { path = \"other.wasm\" }"), "mismatched type");
    assert_has!(why("\"a:b\" = { path = \"plug.wasm\", export = \"a:b/c@0.1.0\" }"), "is a whole package");
    assert_has!(why("\"a:b/c\" = { path = \"needy.wasm\" }"), "imports functions: log");
    assert_has!(why("\"a:b/c\" = { path = \"none.wasm\" }"), "none.wasm");
    assert_has!(why("\"a:b/c\" = \"1.0\""), "expected a map");
    assert_has!(why("\"a:b/c\" = { url = \"https://example.com\" }"), "neither of a path nor of a component");
}

#[tokio::test]
async fn a_dependency_must_not_have_grants_of_its_own() {
    for own in
        ["key_value_stores = [\"default\"]", "variables = { a = \"b\" }", "allowed_outbound_hosts = [\"http://a\"]"]
    {
        let second = format!("[component.second]\nsource = \"plug.wasm\"\n{own}\n[component.main.dependencies]");
        assert_has!(why(&format!("{second}\n\"a:b\" = {{ component = \"second\" }}"), "", &[]).await, "of its own");
    }
    let main = "[component.main.dependencies]\n\"a:b\" = { component = \"none\" }";
    assert_has!(why(main, "", &[]).await, "there is no component none");
}

#[tokio::test]
async fn rejects_undeclared_or_missing_variables() {
    let required = "variables.a = { required = true }";
    let of = |template: &str| format!("variables = {{ mine = \"{template}\" }}");
    assert_has!(why("", required, &[]).await, "the required a has no value");
    assert_has!(why("", required, &[("a", "given")]).await, PAST);
    assert_has!(why("", "variables.a = {}", &[]).await, "is required or has a default");
    assert_has!(
        why("", "variables.a = { required = true, default = \"x\" }", &[]).await,
        "is required or has a default"
    );
    assert_has!(why(&of("{{ b }}"), required, &[("a", "")]).await, "unknown variable");
    assert_has!(why(&of("{{ a"), required, &[("a", "")]).await, "leaves a brace open");
    assert_has!(why("variables = { Mine = \"\" }", "", &[]).await, "no name of a variable");
    for name in ["\"a-b\"", "A", "a__b", "a_", "a_1", "1a"] {
        assert_has!(why("", &format!("variables.{name} = {{ default = \"\" }}"), &[]).await, "no name of a variable");
    }
}

#[tokio::test]
async fn rejects_unsupported_hosts_and_stores() {
    let hosts = |host: &str| format!("allowed_outbound_hosts = [\"{host}\"]");
    for host in
        ["a.example", "http://", "*://a", "http://self", "http://a.*", "http://a/b", "http://a:x", "http://10.0.0.0/8"]
    {
        assert_has!(why(&hosts(host), "", &[]).await, "is no allowed host");
    }
    assert_has!(why(&hosts("http://{{ a }}"), "", &[]).await, "unknown variable");
    assert_has!(why(&hosts("http://{{ a }}"), "variables.a = { default = \"\" }", &[]).await, PAST);
    assert_has!(why("key_value_stores = [\"other\"]", "", &[]).await, "the default store only");
}

#[tokio::test]
async fn rejects_manifests_with_unsupported_keys() {
    let trigger = |rest: &str| format!("{REST}\n[[trigger.http]]\n{rest}");
    let route = "route = \"/...\"";
    for (text, part) in [
        ("spin_manifest_version = 1".to_owned(), "version is not 2"),
        ("spin_manifest_version = 2".to_owned(), "has no name"),
        (format!("{REST}\nother = 1"), "unknown field `other`"),
        (trigger(&format!("{route}\ncomponent = \"none\"")), "there is no component none"),
        (
            trigger(&format!("{route}\ncomponent = \"plug\"\nexecutor = {{ type = \"wagi\" }}")),
            "unknown field `executor`",
        ),
        (trigger("route = { private = false }\ncomponent = \"plug\""), "no such route"),
        (trigger("route = \"/a/:b\"\ncomponent = \"plug\""), "no such route"),
        (format!("{REST}\n[component.a]\nsource = \"a.wasm\"\nfiles = [\"a\"]"), "unknown field `files`"),
    ] {
        assert_has!(refused(&text, &[]).await, part);
    }
}
