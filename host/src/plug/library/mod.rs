//! The plugs of a host: what was pushed, by its SHA-256, and what of it is in memory.
//!
//! A file comes in through [`Library::add`] or an [`Upload`], and is admitted or refused with a sentence. It is looked
//! at in this order: its size; whether it is a component and no machine code; whether that is valid, and of the type of
//! a contract; whether it imports a function; whether it can be compiled, in a process with limits of its own; whether
//! what it says of itself can be used; whether it keeps to its limits when it is tried. Only then is it put in the
//! folder, under its digest, where [`Library::get`] finds it from then on.
//!
//! Compiled forms are kept beside the files. They are machine code, so they are believed only with a proof of this host
//! ([`crate::vault`]); all others are made anew. Whoever has the same digest shares one [`Plug`]; the code of one that
//! nobody calls can be put away ([`Library::evict_idle`]), and is back with the next call.

mod budget;
mod cache;
pub mod child;
mod compiler;
mod digest;
mod error;
mod files;
mod fingerprint;
mod loaded_plugs;
mod machine_code;
mod options;
mod queue;
mod quota;
mod source;
mod upload;

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::{Class, Engine, Plug, Role, builtin};
use crate::contract::manifest::Description;
use crate::thread_time::thread_time;
use crate::vault::Vault;
use budget::CompileBudget;
use cache::Cache;
use compiler::Compiler;
use digest::Digest;
use files::Files;
use loaded_plugs::{Held, LoadedPlugs, lock};
use machine_code::{CodeAuthenticator, MachineCode};
use queue::Queue;
use quota::Usage;
use source::{Origin, Source};

pub use error::{AdmitError, LibraryError, QuotaExceeded};
pub use options::{CompilerLimits, LibraryOptions, PushQuota, SelfTest};
pub use quota::Pusher;
pub use upload::Upload;

/// The plugs of a host. Cheap to clone; every clone is the same library.
///
/// All that it does may read files, and compile: keep it off the threads that others wait for.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    source: Arc<Source>,
    loaded_plugs: Arc<LoadedPlugs>,
    options: LibraryOptions,
    /// In which new files are compiled and tried.
    queue: Queue,
    budget: CompileBudget,
    /// Held while a file is stored or what belongs to none is removed, so that quotas are exact.
    storing: Mutex<()>,
}

/// A plug that was admitted, now or before.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// `sha256:` and the digest of its file: [`Library::get`] takes it.
    pub digest: String,
    /// The plug.
    pub plug: Plug,
}

/// A plug in the folder.
#[derive(Clone, Debug)]
pub struct Listed {
    /// `sha256:` and the digest of its file.
    pub digest: String,
    /// The size of its file.
    pub bytes: u64,
    /// What it says of itself, or why it cannot be used now.
    pub known: Result<Known, LibraryError>,
}

/// What a plug says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Which contract it implements.
    pub role: Role,
    /// Which pool its instances come from.
    pub class: Class,
}

/// A file on its way into the folder.
struct Pushed<'a> {
    file: &'a [u8],
    /// Where it was written already.
    part: Option<NamedTempFile>,
    /// Whose quotas it counts towards.
    pusher: Option<Pusher>,
    /// Whether its code stays in memory once it was tried.
    stays_loaded: bool,
}

impl Library {
    /// Opens the folder of a host, `plugs` in its data directory, and makes it where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be read and written.
    pub fn open(
        folder: &Path,
        vault: Arc<Vault>,
        engine: Engine,
        options: LibraryOptions,
    ) -> Result<Self, LibraryError> {
        Ok(Self::with(Files::open(folder)?, vault, engine, options))
    }

    /// The same folder to look at, beside the process that serves from it: nothing is written, what is added is admitted
    /// and forgotten.
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

    /// Admits a file and keeps it. One that is here already is no error, and is not tried again.
    ///
    /// # Errors
    /// Where it is not admitted; then nothing of it is kept.
    pub fn add(&self, file: &[u8]) -> Result<Admitted, AdmitError> {
        self.admit(&Digest::of(file), Pushed { file, part: None, pusher: None, stays_loaded: true })
    }

    /// The same with a file of this machine.
    ///
    /// # Errors
    /// As [`add`](Self::add), and where it cannot be read.
    pub fn add_file(&self, path: &Path) -> Result<Admitted, AdmitError> {
        let max = self.0.source.engine.max_file_bytes();
        let unreadable = |error: std::io::Error| AdmitError::Unreadable(error.to_string());
        // Opening a pipe would wait for somebody to write into it.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(AdmitError::Unreadable("it is a folder or a device".to_owned()));
        }
        let mut file = Vec::new();
        let opened = File::open(path).map_err(unreadable)?;
        opened.take((max as u64).saturating_add(1)).read_to_end(&mut file).map_err(unreadable)?;
        self.add(&file)
    }

    /// How many bytes the file of a plug may have.
    pub fn max_file_bytes(&self) -> usize {
        self.0.source.engine.max_file_bytes()
    }

    /// A push that comes in pieces.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn upload(&self) -> Result<Upload, LibraryError> {
        Upload::begin(self.clone(), None)
    }

    /// A push by a token, within its quotas.
    ///
    /// # Errors
    /// As [`upload`](Self::upload).
    pub fn push(&self, pusher: Pusher) -> Result<Upload, LibraryError> {
        Upload::begin(self.clone(), Some(pusher))
    }

    /// How often a bridge removes what nothing uses.
    pub(crate) fn collect_interval(&self) -> Duration {
        self.0.options.collect_interval
    }

    /// A plug that is built in or was admitted, by `sha256:` and the digest of its file, or by the digest alone.
    ///
    /// # Errors
    /// Where no such plug is here, or it cannot be used any more.
    pub fn get(&self, digest: &str) -> Result<Plug, LibraryError> {
        self.load(&Digest::read(digest).ok_or_else(|| LibraryError::not_here(digest))?)
    }

    /// A built-in plug, by its name; none where none has this name.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn built_in(&self, name: &str) -> Option<Result<Plug, LibraryError>> {
        Some(self.load(&Digest::of(builtin::find(name)?)))
    }

    /// What was pushed and is in the folder, by digest.
    ///
    /// # Errors
    /// Where the folder cannot be read. What cannot be used is listed with the reason.
    pub fn list(&self) -> Result<Vec<Listed>, LibraryError> {
        let plugs = self.0.source.files.plugs()?.into_iter();
        Ok(plugs
            .map(|(digest, bytes)| Listed { digest: digest.to_string(), bytes, known: self.known(&digest) })
            .collect())
    }

    fn known(&self, digest: &Digest) -> Result<Known, LibraryError> {
        let was_loaded = self.0.loaded_plugs.has_code(digest);
        let plug = self.load(digest)?;
        // Whoever lists plugs calls none.
        if !was_loaded {
            plug.unload();
        }
        let Description { name, version, .. } = plug.description().clone();
        Ok(Known { name, version, role: plug.role(), class: plug.class() })
    }

    /// Removes files that are not in `in_use` (digests as [`get`](Self::get) takes them), that nobody has in memory, and
    /// that were pushed longer ago than [`LibraryOptions::unused_retention`]. Gives what was removed. The age of all others
    /// that are in use begins anew.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn remove_unused(&self, in_use: &HashSet<String>) -> Result<Vec<String>, LibraryError> {
        let Inner { source, loaded_plugs, options, storing, .. } = &*self.0;
        if !source.files.is_writable() {
            return Err(LibraryError::ReadOnly);
        }
        let in_use: HashSet<Digest> = in_use.iter().filter_map(|digest| Digest::read(digest)).collect();
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

    /// Puts away the code of plugs that nobody called for [`LibraryOptions::idle`], if more than
    /// [`LibraryOptions::max_loaded`] have theirs in memory: those first that rested longest. Gives how many. To be
    /// called now and then; how often decides how exactly it is known when a plug was called last.
    pub fn evict_idle(&self) -> usize {
        let Inner { loaded_plugs, options, .. } = &*self.0;
        let evicted = loaded_plugs.evict(options.idle, options.max_loaded) + loaded_plugs.make_room(0);
        if evicted > 0 {
            tracing::debug!(evicted, "put the code of idle plugs away");
        }
        evicted
    }

    /// How many plugs have their code in memory.
    pub fn loaded(&self) -> usize {
        self.0.loaded_plugs.loaded().0
    }

    /// How many bytes of compiled code and data plugs have in memory.
    pub fn loaded_bytes(&self) -> u64 {
        self.0.loaded_plugs.loaded().1
    }

    fn source(&self) -> &Source {
        &self.0.source
    }

    fn load(&self, digest: &Digest) -> Result<Plug, LibraryError> {
        let Inner { source, loaded_plugs, .. } = &*self.0;
        let origin = source.known(digest)?;
        let entry = loaded_plugs.entry(digest);
        // Whoever asks for the same plug meanwhile waits for this one.
        let mut held = lock(&entry);
        if let Some(plug) = held.plug() {
            return Ok(plug);
        }
        let made = source.make(digest, origin, &mut Duration::default()).map_err(|trouble| trouble.with(digest))?;
        let plug = source.plug(digest, made.fitted);
        source.cache_code(digest, plug.class(), made.fresh.as_ref());
        let plug = held.hold(plug);
        drop(held);
        loaded_plugs.make_room(0);
        Ok(plug)
    }

    fn admit(&self, digest: &Digest, pushed: Pushed<'_>) -> Result<Admitted, AdmitError> {
        let Inner { source, loaded_plugs, queue, budget, .. } = &*self.0;
        source.engine.check_form(pushed.file)?;
        let entry = loaded_plugs.entry(digest);
        let mut held = lock(&entry);
        let (was_loaded, stays_loaded) = (held.plug().is_some_and(|plug| plug.is_loaded()), pushed.stays_loaded);
        let plug = if source.files.holds(digest, pushed.file) {
            let (plug, fresh) = self.bring(digest, pushed.file, &held, &mut Duration::default())?;
            source.cache_code(digest, plug.class(), fresh.as_ref());
            plug
        } else {
            let token = pushed.pusher.as_ref().map(|pusher| pusher.token.clone());
            let _permit = queue.acquire(token.as_deref());
            let (began, mut spent) = (thread_time(), Duration::ZERO);
            let admitted = self.admit_new(digest, pushed, &held, &mut spent);
            if let Some(token) = token {
                let here = thread_time().saturating_sub(began);
                budget.charge(&token, spent.saturating_add(here), Instant::now());
            }
            admitted?
        };
        let plug = held.hold(plug);
        drop(held);
        if !was_loaded && !stays_loaded {
            plug.unload();
        }
        loaded_plugs.make_room(0);
        Ok(Admitted { digest: digest.to_string(), plug })
    }

    /// Compiles, tries and stores a file that is not here yet, within the quotas of the token that pushes it.
    fn admit_new(
        &self,
        digest: &Digest,
        pushed: Pushed<'_>,
        held: &Held,
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
        let (plug, fresh) = self.bring(digest, pushed.file, held, spent)?;
        if let Some(self_test) = options.self_test {
            self_test(&plug).map_err(AdmitError::SelfTest)?;
        }
        if held.plug().is_none() {
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

    /// The plug that is in memory, or else what its file comes to, and its machine code where that was compiled now.
    fn bring(
        &self,
        digest: &Digest,
        file: &[u8],
        held: &Held,
        spent: &mut Duration,
    ) -> Result<(Plug, Option<MachineCode>), AdmitError> {
        if let Some(plug) = held.plug() {
            return Ok((plug, None));
        }
        let made = self.source().make(digest, Origin::Pushed(file), spent)?;
        Ok((self.0.source.plug(digest, made.fitted), made.fresh))
    }
}
