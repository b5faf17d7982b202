//! Libraries in temporary folders, and variants of the built-in plugs.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use cordboard::contract::conference::{Meeting, Person};
use cordboard::contract::effect::Context;
use cordboard::plug::library::Pusher;
use cordboard::plug::{Engine, Library, LibraryOptions, Options, Plug, builtin};
use cordboard::vault::Vault;
use tempfile::TempDir;
use wasm_encoder::{
    BlockType, CodeSection, ComponentImportSection, ComponentSection, ComponentTypeRef, ComponentTypeSection, Function,
    FunctionSection, Module, ModuleSection, PrimitiveValType, TypeSection, ValType,
};
use wasmparser::{ExternalKind, FunctionBody, Parser, Payload, TypeRef, Validator};

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Options::default()).unwrap());

/// Returns the program that compiles.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_cordboard"))
}

/// Returns options with the program as the compiler, and the self-test.
pub fn options() -> LibraryOptions {
    LibraryOptions {
        compiler: Some(program()),
        self_test: Some(cordboard_conformance::self_test),
        ..LibraryOptions::default()
    }
}

/// Returns options with a missing compiler, so that compiling fails.
pub fn no_compiler() -> LibraryOptions {
    LibraryOptions { compiler: Some(PathBuf::from("/nowhere/cordboard")), ..LibraryOptions::default() }
}

/// A data directory.
pub struct PlugFolder {
    pub folder: TempDir,
}

impl PlugFolder {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn open(&self) -> Library {
        self.open_with(options())
    }

    pub fn open_with(&self, options: LibraryOptions) -> Library {
        self.open_in(ENGINE.clone(), options)
    }

    pub fn open_in(&self, engine: Engine, options: LibraryOptions) -> Library {
        let vault = Arc::new(Vault::open(self.folder.path()).unwrap());
        Library::open(&self.plugs(), vault, engine, options).unwrap()
    }

    /// Returns the library's folder.
    pub fn plugs(&self) -> PathBuf {
        self.folder.path().join("plugs")
    }

    /// Returns the files in it whose names have this ending.
    pub fn files(&self, ending: &str) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(self.plugs()).unwrap().map(|file| file.unwrap().path()).collect();
        files.retain(|path| path.to_str().unwrap().ends_with(ending));
        files.sort();
        files
    }
    /// Asserts that the library has no files.
    #[track_caller]
    pub fn assert_empty(&self) {
        assert!(self.files("").is_empty(), "{:?}", self.files(""));
    }
}

/// Returns a token that pushes plugs while none is in use.
pub fn pusher(token: &str) -> Pusher {
    Pusher { token: token.to_owned(), in_use: HashSet::new() }
}

pub fn built_in(name: &str) -> &'static [u8] {
    builtin::find(name).unwrap()
}

/// Returns a built-in plug with another digest.
pub fn variant(name: &str, number: u32) -> Vec<u8> {
    let mut section = vec![0, 12, 7];
    section.extend(b"variant");
    section.extend(number.to_be_bytes());
    [built_in(name), &section].concat()
}

/// Returns a plug in which all occurrences of a name are replaced by another of the same length.
pub fn renamed(plug: &[u8], name: &str, other: &str) -> Vec<u8> {
    assert_eq!(name.len(), other.len());
    let mut file = plug.to_vec();
    let at: Vec<_> = (0..=file.len() - name.len()).filter(|at| file[*at..].starts_with(name.as_bytes())).collect();
    assert!(!at.is_empty(), "{name} is not in it");
    for at in at {
        file[at..at + name.len()].copy_from_slice(other.as_bytes());
    }
    file
}

/// Returns the plug with an operation that traps.
pub fn broken(plug: &[u8], operation: &str) -> Vec<u8> {
    let mut file = plug.to_vec();
    let body = body_of(&file, &format!("#{operation}"));
    let mut operators = body.get_operators_reader().unwrap().into_iter_with_offsets();
    let start = operators.next().unwrap().unwrap().1;
    let end = operators.next().unwrap().unwrap().1;
    let (unreachable, nop) = (0, 1);
    file[start..end].fill(nop);
    file[start] = unreachable;
    file
}

/// Returns the body of the function that a module in the component exports under a name with this ending.
fn body_of<'a>(file: &'a [u8], ending: &str) -> FunctionBody<'a> {
    let (mut imported, mut wanted, mut bodies) = (0, None, Vec::new());
    for payload in Parser::new(0).parse_all(file) {
        match payload.unwrap() {
            Payload::ModuleSection { .. } if wanted.is_none() => (imported, bodies) = (0, Vec::new()),
            Payload::ImportSection(section) => {
                let functions = section.into_imports().filter(|it| matches!(it.as_ref().unwrap().ty, TypeRef::Func(_)));
                imported = functions.count();
            }
            Payload::ExportSection(section) => {
                let mut exports = section.into_iter().map(Result::unwrap);
                let export = exports.find(|it| it.kind == ExternalKind::Func && it.name.ends_with(ending));
                wanted = wanted.or(export.map(|export| export.index as usize - imported));
            }
            Payload::CodeSectionEntry(body) => {
                bodies.push(body);
                if let Some(wanted) = wanted.filter(|wanted| *wanted + 1 == bodies.len()) {
                    return bodies.swap_remove(wanted);
                }
            }
            _ => {}
        }
    }
    panic!("no module exports {ending}");
}

/// Returns the plug with another, unused module that is small and takes long to compile. It has a function with
/// `places` branch tables, each with jumps to all places below, and with many live values.
pub fn heavy(plug: &[u8], places: u32) -> Vec<u8> {
    const LOCALS: u32 = 64;
    let mut function = Function::new([(LOCALS, ValType::I64)]);
    let mut body = function.instructions();
    for _ in 0..places {
        body.block(BlockType::Empty);
    }
    for place in 0..places {
        let local = 1 + place % LOCALS;
        body.local_get(0).local_get(local).i64_mul().local_set(local);
        body.local_get(0).i32_wrap_i64().br_table((0..places - place).collect::<Vec<_>>(), 0).end();
    }
    (1..=LOCALS).fold(body.local_get(0), |body, local| body.local_get(local).i64_xor()).end();
    let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([ValType::I64], [ValType::I64]);
    functions.function(0);
    code.function(&function);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    let mut file = plug.to_vec();
    ModuleSection(&module).append_to_component(&mut file);
    file
}

/// Returns the plug with `(import "wasi:x/y@0.1.0" (func))` at its end.
pub fn importing(plug: &[u8]) -> Vec<u8> {
    let types = Validator::new().validate_all(plug).unwrap().as_ref().component_type_count();
    let (mut ty, mut imports) = (ComponentTypeSection::new(), ComponentImportSection::new());
    ty.function().params([("x", PrimitiveValType::U8); 0]).result(None);
    imports.import("wasi:x/y@0.1.0", ComponentTypeRef::Func(types));
    let mut file = plug.to_vec();
    ty.append_to_component(&mut file);
    imports.append_to_component(&mut file);
    file
}

pub fn context() -> Context {
    Context {
        settings: vec![("host".to_owned(), "https://meet.example.org".to_owned())],
        secrets: Vec::new(),
        state: Vec::new(),
        now: 1_700_000_000_000,
        random: (0..16).collect(),
        exchanges: Vec::new(),
    }
}

pub fn meeting() -> Meeting {
    Meeting {
        topic: "Review".to_owned(),
        start: 1_700_000_000_000,
        end: 1_700_000_360_000,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}

/// Asserts that the plug behaves like the built-in `jitsi`.
#[track_caller]
pub fn assert_makes_conferences(plug: &Plug) {
    let made = plug.create(&context(), &meeting()).unwrap().unwrap();
    assert_eq!(made.join_url, "https://meet.example.org/000102030405060708090a0b0c0d0e0f");
}

/// Changes a file of a library.
pub fn change(path: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    how(&mut bytes);
    fs::write(path, bytes).unwrap();
}
