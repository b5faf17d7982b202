//! Stores pushed plugs by their SHA-256 digest, and manages the plugs in memory. This crate must not depend on the
//! store, the configuration, a network or an async runtime.
//!
//! A file arrives through [`Library::add`] or an [`Upload`], and is admitted or refused. Admission checks, in this
//! order: the file's size; that it is a component and not machine code; that the component is valid and matches a
//! contract; that it imports no functions; that it compiles, in a separate process with resource limits; that its
//! description is valid; and that it passes a self-test. An admitted file is stored in the folder under its digest, for
//! [`Library::get`].
//!
//! Compiled code is cached next to the files. Because machine code cannot be validated, cached code is used only if it
//! carries a MAC made by this host ([`cordboard_vault`]), and is recompiled otherwise. All users of a digest share one
//! [`Plug`]. The code of idle plugs can be unloaded ([`Library::evict_idle`]); their next call reloads it.

mod budget;
mod cache;
pub mod child;
mod compiler;
mod digest;
mod error;
mod files;
mod loaded_plugs;
mod machine_code;
mod options;
mod queue;
mod quota;
mod source;
mod upload;

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cordboard_builtin as builtin;
use cordboard_core::Role;
use cordboard_core::types::manifest::Description;
use cordboard_runtime::{Class, Engine, Plug};
use cordboard_threads::thread_time;
use cordboard_vault::Vault;
use tempfile::NamedTempFile;

use budget::CompileBudget;
use cache::Cache;
use compiler::Compiler;
use digest::Digest;
use files::Files;
use loaded_plugs::{Entry, LoadedPlugs, lock};
use machine_code::{CodeAuthenticator, MachineCode};
use queue::Queue;
use quota::Usage;
use source::{Origin, Source};

pub use error::{AdmitError, LibraryError, QuotaExceeded};
pub use options::{CompilerLimits, LibraryOptions, PushQuota, SelfTest};
pub use quota::Pusher;
pub use upload::Upload;

/// The plugs of a host. Cheap to clone; all clones share one library.
///
/// Most methods may read files or compile: do not call them on async worker threads.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    source: Arc<Source>,
    loaded_plugs: Arc<LoadedPlugs>,
    options: LibraryOptions,
    /// Limits how many new files are compiled and tested at a time.
    queue: Queue,
    budget: CompileBudget,
    /// Entry while files are stored or removed, so that quotas are exact.
    storing: Mutex<()>,
}

/// A plug that has been admitted, now or earlier.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The digest of its file, as `sha256:…`, for [`Library::get`].
    pub digest: String,
    /// The plug.
    pub plug: Plug,
}

/// A plug in the folder.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The digest of its file, as `sha256:…`.
    pub digest: String,
    /// The size of its file in bytes.
    pub bytes: u64,
    /// Its name and version, or the reason why it cannot be used.
    pub identity: Result<PlugIdentity, LibraryError>,
}

/// The identity of a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlugIdentity {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The contract that it implements.
    pub role: Role,
    /// The instance pool that runs it.
    pub class: Class,
}

/// A file to be admitted.
struct Pushed<'a> {
    file: &'a [u8],
    /// The partial file that already contains it.
    part: Option<NamedTempFile>,
    /// The token whose quotas it counts toward.
    pusher: Option<Pusher>,
    /// Whether its code stays in memory after admission.
    stays_loaded: bool,
}

impl Library {
    /// Opens a host's plug folder, `plugs` in its data directory, and creates it if missing.
    ///
    /// # Errors
    /// If the folder is not readable and writable.
    pub fn open(
        folder: &Path,
        vault: Arc<Vault>,
        engine: Engine,
        options: LibraryOptions,
    ) -> Result<Self, LibraryError> {
        Ok(Self::with(Files::open(folder)?, vault, engine, options))
    }

    /// Opens the folder without writing to it, for use while another process serves from it. Files that are added are
    /// checked like any other, but not stored.
    pub fn read_only(folder: &Path, vault: Arc<Vault>, engine: Engine, options: LibraryOptions) -> Self {
        Self::with(Files::read_only(folder), vault, engine, options)
    }

    fn with(files: Files, vault: Arc<Vault>, engine: Engine, options: LibraryOptions) -> Self {
        let cache = Cache::new(CodeAuthenticator::new(vault, &engine));
        let compiler = Compiler::new(options.compiler.clone(), options.compiling);
        let loaded_plugs = Arc::new(LoadedPlugs::new(options.max_loaded_bytes));
        let source = Arc::new(Source { engine, files, cache, compiler, loaded_plugs: Arc::downgrade(&loaded_plugs) });
        let budget = CompileBudget::new(options.quota.compile_time);
        let (queue, storing) = (Queue::default(), Mutex::default());
        Self(Arc::new(Inner { source, loaded_plugs, options, queue, budget, storing }))
    }

    /// Admits and stores a file. A file that is already stored is not tested again.
    ///
    /// # Errors
    /// If the file is refused. Nothing of it is stored in that case.
    pub fn add(&self, file: &[u8]) -> Result<Admitted, AdmitError> {
        self.admit(&Digest::of(file), Pushed { file, part: None, pusher: None, stays_loaded: true })
    }

    /// Reads a local file, and admits and stores it.
    ///
    /// # Errors
    /// If the file cannot be read, or [`add`](Self::add) fails.
    pub fn add_file(&self, path: &Path) -> Result<Admitted, AdmitError> {
        let unreadable = |error: std::io::Error| AdmitError::Unreadable(error.to_string());
        // Opening a named pipe would block until it has a writer.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(AdmitError::Unreadable("it is not a regular file".to_owned()));
        }
        let file = files::read(path, self.max_file_bytes()).map_err(unreadable)?;
        self.add(&file.ok_or_else(|| AdmitError::Unreadable("it was removed".to_owned()))?)
    }

    /// The size limit for plug files, in bytes.
    pub fn max_file_bytes(&self) -> usize {
        self.0.source.engine.max_file_bytes()
    }

    /// Begins the upload of a file in chunks, which counts toward a token's quotas.
    ///
    /// # Errors
    /// If the folder is not writable.
    pub fn push(&self, pusher: Pusher) -> Result<Upload, LibraryError> {
        Upload::begin(self.clone(), pusher)
    }

    /// How often a bridge should remove unused plugs.
    pub fn collect_interval(&self) -> Duration {
        self.0.options.collect_interval
    }

    /// Gets a built-in or admitted plug by its digest, with or without the prefix `sha256:`.
    ///
    /// # Errors
    /// If there is no such plug, or it can no longer be used.
    pub fn get(&self, digest: &str) -> Result<Plug, LibraryError> {
        self.load(&Digest::parse(digest).ok_or_else(|| LibraryError::not_found(digest))?)
    }

    /// Gets a built-in plug by name, or `None` if there is no such plug.
    ///
    /// # Errors
    /// If the plug cannot be used.
    pub fn built_in(&self, name: &str) -> Option<Result<Plug, LibraryError>> {
        Some(self.load(&Digest::of(builtin::find(name)?)))
    }

    /// Lists the plugs in the folder, ordered by digest. Plugs that cannot be used are listed with the reason.
    ///
    /// # Errors
    /// If the folder is not readable.
    pub fn list(&self) -> Result<Vec<Listed>, LibraryError> {
        let plugs = self.0.source.files.plugs()?.into_iter();
        Ok(plugs
            .map(|(digest, bytes)| Listed { digest: digest.to_string(), bytes, identity: self.identity(&digest) })
            .collect())
    }

    fn identity(&self, digest: &Digest) -> Result<PlugIdentity, LibraryError> {
        let was_loaded = self.0.loaded_plugs.has_code(digest);
        let plug = self.load(digest)?;
        // Listing a plug is no reason to keep its code in memory.
        if !was_loaded {
            plug.unload();
        }
        let Description { name, version, .. } = plug.description().clone();
        Ok(PlugIdentity { name, version, role: plug.role(), class: plug.class() })
    }

    /// Removes plugs that are unused and older than [`LibraryOptions::unused_retention`], and returns their digests.
    ///
    /// A plug is in use if its digest is in `in_use`, in either form that [`get`](Self::get) accepts, or if there is a
    /// handle to it. The age of a plug in `in_use` is reset.
    ///
    /// # Errors
    /// If the folder is not writable.
    pub fn remove_unused(&self, in_use: &HashSet<String>) -> Result<Vec<String>, LibraryError> {
        let Inner { source, loaded_plugs, options, storing, .. } = &*self.0;
        if !source.files.is_writable() {
            return Err(LibraryError::ReadOnly);
        }
        let in_use: HashSet<Digest> = in_use.iter().filter_map(|digest| Digest::parse(digest)).collect();
        let mut removed = Vec::new();
        let _storing = lock(storing);
        for (digest, _) in source.files.plugs()? {
            let is_old = source.files.age(&digest).is_some_and(|age| age >= options.unused_retention);
            if in_use.contains(&digest) {
                source.files.touch(&digest);
            } else if is_old && loaded_plugs.retire(&digest, || source.files.remove(&digest))? {
                removed.push(digest.to_string());
            }
        }
        source.remove_orphans()?;
        Ok(removed)
    }

    /// Unloads the code of plugs that have been idle for [`LibraryOptions::idle`], longest idle first, while more than
    /// [`LibraryOptions::max_loaded`] are loaded. Returns the number of plugs unloaded.
    ///
    /// Call it periodically: idle time is measured between calls of this method.
    pub fn evict_idle(&self) -> usize {
        let Inner { loaded_plugs, options, .. } = &*self.0;
        let evicted = loaded_plugs.evict(options.idle, options.max_loaded) + loaded_plugs.make_room(0);
        if evicted > 0 {
            tracing::debug!(evicted, "unloaded idle plugs");
        }
        evicted
    }

    /// The number of plugs whose code is in memory.
    pub fn loaded(&self) -> usize {
        self.0.loaded_plugs.loaded().0
    }

    /// The total size of compiled code and data in memory, in bytes.
    pub fn loaded_bytes(&self) -> u64 {
        self.0.loaded_plugs.loaded().1
    }

    fn load(&self, digest: &Digest) -> Result<Plug, LibraryError> {
        let Inner { source, loaded_plugs, .. } = &*self.0;
        let origin = source.origin(digest)?;
        let entry = loaded_plugs.entry(digest);
        // Holding the lock makes concurrent requests for the same plug wait instead of loading it twice.
        let mut locked = lock(&entry);
        if let Some(plug) = locked.plug() {
            return Ok(plug);
        }
        let loaded = source.load_component(digest, origin, &mut Duration::default());
        let (component, fresh) = loaded.map_err(|failure| failure.with(digest))?;
        let plug = locked.set(source.plug(digest, component));
        source.cache_code(digest, plug.class(), fresh.as_ref());
        drop(locked);
        loaded_plugs.make_room(0);
        Ok(plug)
    }

    fn admit(&self, digest: &Digest, pushed: Pushed<'_>) -> Result<Admitted, AdmitError> {
        let Inner { source, loaded_plugs, queue, budget, .. } = &*self.0;
        source.engine.check_form(pushed.file)?;
        let entry = loaded_plugs.entry(digest);
        let mut locked = lock(&entry);
        let (was_loaded, stays_loaded) = (locked.plug().is_some_and(|plug| plug.is_loaded()), pushed.stays_loaded);
        let plug = if source.files.contains(digest, pushed.file) {
            let (plug, fresh) = self.load_pushed(digest, pushed.file, &locked, &mut Duration::default())?;
            source.cache_code(digest, plug.class(), fresh.as_ref());
            plug
        } else {
            let token = pushed.pusher.as_ref().map(|pusher| pusher.token.clone());
            let _permit = queue.acquire(token.as_deref());
            let (began, mut spent) = (thread_time(), Duration::ZERO);
            let admitted = self.admit_new(digest, pushed, &locked, &mut spent);
            if let Some(token) = token {
                let here = thread_time().saturating_sub(began);
                budget.charge(&token, spent.saturating_add(here), Instant::now());
            }
            admitted?
        };
        let plug = locked.set(plug);
        drop(locked);
        if !was_loaded && !stays_loaded {
            plug.unload();
        }
        loaded_plugs.make_room(0);
        Ok(Admitted { digest: digest.to_string(), plug })
    }

    /// Compiles, tests and stores a new file, within the quotas of the token that pushes it.
    fn admit_new(
        &self,
        digest: &Digest,
        pushed: Pushed<'_>,
        entry: &Entry,
        spent: &mut Duration,
    ) -> Result<Plug, AdmitError> {
        let Inner { source, options, budget, storing, .. } = &*self.0;
        let fits = |pusher: &Pusher, bytes: u64| -> Result<(), AdmitError> {
            Ok(Usage::of(pusher, &source.files)?.check(pusher, bytes, &options.quota)?)
        };
        let file_bytes = pushed.file.len() as u64;
        if let Some(pusher) = &pushed.pusher {
            budget.check(&pusher.token, Instant::now())?;
            fits(pusher, file_bytes)?;
        }
        let (plug, fresh) = self.load_pushed(digest, pushed.file, entry, spent)?;
        if let Some(self_test) = options.self_test {
            self_test(&plug).map_err(AdmitError::SelfTest)?;
        }
        if entry.plug().is_none() {
            plug.reset_calls();
        }
        if source.files.is_writable() {
            let _storing = lock(storing);
            if let Some(pusher) = &pushed.pusher {
                fits(pusher, file_bytes.saturating_add(fresh.as_ref().map_or(0, MachineCode::bytes)))?;
                source.files.set_owner(digest, &pusher.token)?;
            }
            source.put(digest, pushed)?;
        }
        source.cache_code(digest, plug.class(), fresh.as_ref());
        Ok(plug)
    }

    /// The loaded plug, or a new one from the file, together with its machine code if it had to be compiled.
    fn load_pushed(
        &self,
        digest: &Digest,
        file: &[u8],
        entry: &Entry,
        spent: &mut Duration,
    ) -> Result<(Plug, Option<MachineCode>), AdmitError> {
        if let Some(plug) = entry.plug() {
            return Ok((plug, None));
        }
        let source = &self.0.source;
        let (component, fresh) = source.load_component(digest, Origin::Pushed(file), spent)?;
        Ok((source.plug(digest, component), fresh))
    }
}
