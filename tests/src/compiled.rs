//! Prepares data directories with compiled plugs: compiling is most of the work of a test that starts a bridge.
//!
//! The tests of `cordboard-cli` include this file, too.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use cordboard::plug::{Engine, Library, LibraryOptions, Options, builtin};
use cordboard::vault::Vault;

/// The engine of all bridges in the process.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Options::default()).expect("room for plugs"));

/// The host key of all prepared directories. Compiled code is authenticated with it.
const KEY: [u8; 32] = [0x5a; 32];
const KEY_FILE: &str = "host.key";
const LIBRARY: &str = "plugs";

/// Names and contents of the files that a library stores for a plug.
type Stored = Vec<(OsString, Vec<u8>)>;

/// The stored files of each plug so far, by the plug's bytes; `None` if the library refuses it.
static PLUGS: Mutex<BTreeMap<Vec<u8>, Option<Stored>>> = Mutex::new(BTreeMap::new());

/// Creates a data directory with the plugs that a configuration names, as an earlier start of the bridge would have left
/// them. Does nothing if the directory has been used before.
///
/// A file (`plug = "./name.wasm"`) is looked up in the parent of the data directory. It is admitted in the same way as by
/// a bridge, once in each process.
///
/// # Panics
/// Panics if the directory cannot be written.
pub fn prepare(data_dir: &Path, config: &str) {
    if data_dir.join(KEY_FILE).exists() || data_dir.join("cordboard.db").exists() {
        return;
    }
    create(data_dir);
    let named = |name: &str| config.contains(&format!("plug = \"{name}\""));
    for plug in builtin::ALL.iter().filter(|plug| named(plug.name)) {
        store(data_dir, plug.file);
    }
    for rest in config.split("plug = \"./").skip(1) {
        let name = rest.split('"').next().unwrap_or_default();
        if let Ok(file) = fs::read(data_dir.with_file_name(name)) {
            store(data_dir, &file);
        }
    }
}

/// Creates a data directory with the shared key and an empty library.
fn create(data_dir: &Path) {
    let mut folders = DirBuilder::new();
    folders.recursive(true).mode(0o700).create(data_dir.join(LIBRARY)).expect("a data directory");
    let mut options = OpenOptions::new();
    let key = options.write(true).create_new(true).mode(0o600).open(data_dir.join(KEY_FILE));
    key.and_then(|mut key| key.write_all(&KEY)).expect("a host key");
}

/// Stores a plug in a library, unless the library would refuse it.
fn store(data_dir: &Path, file: &[u8]) {
    let mut plugs = PLUGS.lock().unwrap();
    if !plugs.contains_key(file) {
        plugs.insert(file.to_owned(), admit(file));
    }
    for (name, bytes) in plugs.get(file).into_iter().flatten().flatten() {
        fs::write(data_dir.join(LIBRARY).join(name), bytes).expect("a file of the library");
    }
}

fn admit(file: &[u8]) -> Option<Stored> {
    let folder = tempfile::tempdir().expect("a folder");
    create(folder.path());
    let plugs = folder.path().join(LIBRARY);
    let vault = Arc::new(Vault::open(folder.path()).expect("a host key"));
    let options = LibraryOptions { self_test: Some(cordboard_conformance::self_test), ..LibraryOptions::default() };
    let library = Library::open(&plugs, vault, ENGINE.clone(), options).expect("a library");
    match builtin::ALL.iter().find(|plug| plug.file == file) {
        Some(plug) => drop(library.built_in(plug.name)?.expect("a built-in plug")),
        None => drop(library.add(file).ok()?),
    }
    let files = fs::read_dir(&plugs).expect("a library").map(|file| file.expect("a file"));
    Some(files.map(|file| (file.file_name(), fs::read(file.path()).expect("a file"))).collect())
}
