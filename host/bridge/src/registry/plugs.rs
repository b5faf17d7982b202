//! Loads the plugs that a configuration names.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{PlugError, RegistryError};
use cordboard_builtin as builtin;
use cordboard_config::{Config, PlugRef};
use cordboard_library::LibraryError;
use cordboard_library::{Library, LibraryOptions};
use cordboard_runtime::{Engine, Plug};
use cordboard_vault::Vault;

/// The library's folder in the data directory.
const FOLDER: &str = "plugs";

/// The loaded plugs of a configuration.
#[derive(Clone)]
pub struct Plugs {
    library: Library,
    loaded: HashMap<PlugRef, Result<Plug, PlugError>>,
}

impl Plugs {
    /// Creates an empty set.
    pub fn new(library: Library) -> Self {
        Self { library, loaded: HashMap::new() }
    }

    /// Creates an empty set over the library in a configuration's data directory. Nothing is written there, so a bridge
    /// may serve from it at the same time.
    ///
    /// # Errors
    /// Returns an error if there is no memory for plug instances.
    pub fn read_only(config: &Config, compiler: Option<PathBuf>) -> Result<Self, RegistryError> {
        let engine = Engine::new(&cordboard_runtime::Options::default())?;
        // Compiled code is only trusted with the host's own key. Without it, plugs are compiled again.
        let vault = Vault::existing(&config.data_dir).or_else(|_| Vault::ephemeral())?;
        let options = LibraryOptions { compiler, ..LibraryOptions::default() };
        Ok(Self::new(Library::read_only(&config.data_dir.join(FOLDER), Arc::new(vault), engine, options)))
    }

    /// Returns the library that plugs are loaded from.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Loads all plugs that a configuration names.
    pub fn load_all(&mut self, config: &Config) {
        for plug in config.plugs() {
            self.load(plug);
        }
    }

    /// Returns a loaded plug.
    ///
    /// # Errors
    /// Returns why the plug could not be loaded, and a fix.
    pub fn get(&self, plug: &PlugRef) -> Result<&Plug, PlugError> {
        self.loaded.get(plug).ok_or(PlugError::NotLoaded)?.as_ref().map_err(Clone::clone)
    }

    /// Returns a plug of the library by `sha256:` and the digest of its file, or why it could not be loaded, and a fix.
    ///
    /// # Errors
    /// Returns an error if the host is stopping.
    pub async fn of_digest(&self, digest: &str) -> Result<Result<Plug, LibraryError>, RegistryError> {
        let (library, digest) = (self.library.clone(), digest.to_owned());
        // The plug may have to be compiled.
        Ok(tokio::task::spawn_blocking(move || library.get(&digest)).await?)
    }

    /// Forgets plugs from files, which may have changed, and plugs that could not be loaded.
    pub fn forget_files(&mut self) {
        self.loaded.retain(|plug, loaded| loaded.is_ok() && !matches!(plug, PlugRef::File(_)));
    }

    /// Loads a plug. A file is added to the library.
    pub fn load(&mut self, plug: &PlugRef) {
        if !self.loaded.contains_key(plug) {
            let loaded = self.find(plug);
            self.loaded.insert(plug.clone(), loaded);
        }
    }

    /// Loads a plug again, even if it is loaded. A plug that the configuration does not name is not kept.
    ///
    /// # Errors
    /// Returns why the plug could not be loaded, and a fix.
    pub fn reload(&mut self, plug: &PlugRef) -> Result<Plug, PlugError> {
        let found = self.find(plug);
        if let Some(loaded) = self.loaded.get_mut(plug) {
            loaded.clone_from(&found);
        }
        found
    }

    fn find(&self, plug: &PlugRef) -> Result<Plug, PlugError> {
        Ok(match plug {
            PlugRef::Name(name) => self.library.built_in(name).ok_or_else(|| {
                let names: Vec<_> = builtin::ALL.iter().map(|plug| plug.name).collect();
                PlugError::NoSuchName(names.join(", "))
            })??,
            PlugRef::File(path) => self.library.add_file(path)?.plug,
            PlugRef::Digest(digest) => self.library.get(digest)?,
        })
    }
}

/// Opens the library of a bridge that serves from a data directory.
pub fn open_library(
    config: &Config,
    vault: Arc<Vault>,
    engine: Option<Engine>,
    options: LibraryOptions,
) -> Result<Library, RegistryError> {
    let engine = match engine {
        Some(engine) => engine,
        None => Engine::new(&cordboard_runtime::Options::default())?,
    };
    Ok(Library::open(&config.data_dir.join(FOLDER), vault, engine, options)?)
}
