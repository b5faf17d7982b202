//! Plugs by how a configuration names them, each loaded once.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::config::{Config, PlugRef};
use crate::plug::{Engine, EngineError, Options, Plug, builtin};

/// Loaded plugs.
pub struct Plugs {
    engine: Engine,
    most_bytes: u64,
    loaded: HashMap<PlugRef, Result<Plug, String>>,
}

impl Plugs {
    /// None yet.
    ///
    /// # Errors
    /// Where the machine has no room for instances.
    pub fn new() -> Result<Self, EngineError> {
        let options = Options::default();
        let most_bytes = options.most_file_bytes as u64;
        Ok(Self { engine: Engine::new(&options)?, most_bytes, loaded: HashMap::new() })
    }

    /// Loads all that a configuration names.
    pub fn load_all(&mut self, config: &Config) {
        let apps = config.apps.values().map(|app| &app.plug);
        let connections = config.accounts.values().flat_map(|account| account.connections.values());
        for plug in apps.chain(connections.map(|connection| &connection.plug)) {
            self.load(plug);
        }
    }

    /// A plug that was loaded, or why it could not be: a sentence.
    ///
    /// # Errors
    /// A sentence that names the mend.
    pub fn get(&self, plug: &PlugRef) -> Result<&Plug, String> {
        self.loaded
            .get(plug)
            .map_or_else(|| Err("the plug was not loaded".to_owned()), |loaded| loaded.as_ref().map_err(Clone::clone))
    }

    /// A plug that was loaded, by `sha256:` and the digest of its file.
    ///
    /// # Errors
    /// A sentence that names the mend.
    pub fn of_digest(&self, digest: &str) -> Result<Plug, String> {
        let mut loaded = self.loaded.values().filter_map(|loaded| loaded.as_ref().ok());
        let found = loaded.find(|plug| plug.digest() == digest).cloned();
        found.ok_or_else(|| "no plug of this digest is here: push its file".to_owned())
    }

    /// Forgets what was read from files that may have changed since.
    pub fn forget_files(&mut self) {
        self.loaded.retain(|plug, loaded| loaded.is_ok() && !matches!(plug, PlugRef::File(_)));
    }

    /// Loads one.
    pub fn load(&mut self, plug: &PlugRef) {
        if !self.loaded.contains_key(plug) {
            let loaded = self.file(plug).and_then(|file| self.engine.load(&file).map_err(|error| error.to_string()));
            self.loaded.insert(plug.clone(), loaded);
        }
    }

    fn file(&self, plug: &PlugRef) -> Result<Vec<u8>, String> {
        match plug {
            PlugRef::Name(name) => builtin::find(name).map(<[u8]>::to_vec).ok_or_else(|| {
                let known: Vec<_> = builtin::ALL.iter().map(|plug| plug.name).collect();
                format!("there is no built-in plug of this name: take one of {}, or name a file", known.join(", "))
            }),
            PlugRef::File(path) => self.read(path),
            PlugRef::Digest(_) => Err("no plug of this digest is here: name its file".to_owned()),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let unreadable = |error: io::Error| format!("the file cannot be read ({error}): correct the path");
        let size = fs::metadata(path).map_err(unreadable)?.len();
        if size > self.most_bytes {
            return Err(format!(
                "the file has {size} bytes, and a plug may have {}: build it for size",
                self.most_bytes
            ));
        }
        fs::read(path).map_err(unreadable)
    }
}
