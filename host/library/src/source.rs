//! Loads plugs from cached code if possible, and from their files otherwise.

use std::io::Write;
use std::sync::{Arc, LazyLock, Weak};
use std::time::{Duration, Instant};

use cordboard_builtin as builtin;
use cordboard_runtime::{CallError, CheckedComponent, Class, Engine, LoadError, Plug, Reload};

use super::Pushed;
use super::cache::{self, CLASSES, Cache};
use super::compiler::Compiler;
use super::digest::Digest;
use super::error::{LibraryError, LoadFailure};
use super::files::{Files, owner_of};
use super::loaded_plugs::LoadedPlugs;
use super::machine_code::MachineCode;

/// The part of a library that loads plugs, shared with the plugs so that they can reload their code.
pub(super) struct Source {
    pub(super) engine: Engine,
    pub(super) files: Files,
    pub(super) cache: Cache,
    pub(super) compiler: Compiler,
    /// Makes room for reloaded code. Weak, because its plugs hold this source.
    pub(super) loaded_plugs: Weak<LoadedPlugs>,
}

/// The built-in plugs by digest.
static BUILT_IN: LazyLock<Vec<(Digest, &'static [u8])>> =
    LazyLock::new(|| builtin::ALL.iter().map(|plug| (Digest::of(plug.file), plug.file)).collect());

/// The origin of a plug file.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// Part of the host.
    BuiltIn(&'static [u8]),
    /// Stored in the folder.
    Stored,
    /// Being admitted.
    Pushed(&'a [u8]),
}

impl Source {
    /// Loads a plug's cached code, or compiles its file. Adds the time spent on compiling to `spent`. Returns the
    /// component, and its machine code if it was just compiled.
    pub(super) fn load_component(
        &self,
        digest: &Digest,
        origin: Origin<'_>,
        spent: &mut Duration,
    ) -> Result<(CheckedComponent, Option<MachineCode>), LoadFailure> {
        if let Some(component) = self.cached(digest)? {
            return Ok((component, None));
        }
        let began = Instant::now();
        let max = self.engine.max_file_bytes();
        let (code, bytes) = match origin {
            Origin::BuiltIn(file) => (Compiler::compile_here(file)?, file.len()),
            Origin::Stored => self.compile(&self.files.read(digest, max)?, spent)?,
            Origin::Pushed(file) => self.compile(file, spent)?,
        };
        let component = self.engine.fit(bytes, |engine| code.component(engine))?;
        tracing::debug!(%digest, class = %component.class(), bytes, took = ?began.elapsed(), "compiled a plug");
        Ok((component, Some(code)))
    }

    fn compile(&self, file: &[u8], spent: &mut Duration) -> Result<(MachineCode, usize), LoadFailure> {
        self.engine.check_form(file)?;
        Ok((self.compiler.compile(file, spent)?, file.len()))
    }

    fn cached(&self, digest: &Digest) -> Result<Option<CheckedComponent>, LoadFailure> {
        let began = Instant::now();
        for class in CLASSES {
            let Some(code) = self.cache.get(&self.files, digest, class) else { continue };
            match self.engine.fit_class(class, |engine| code.component(engine)) {
                Ok(component) => {
                    tracing::debug!(%digest, %class, took = ?began.elapsed(), "loaded a plug's cached code");
                    return Ok(Some(component));
                }
                Err(error @ LoadError::Start(CallError::Busy)) => return Err(error.into()),
                Err(error) => {
                    tracing::info!(%digest, %error, "cached code is unusable; compiling the plug again");
                }
            }
        }
        Ok(None)
    }

    /// Caches newly compiled code. Failures are only logged: their sole effect is a slower restart.
    pub(super) fn cache_code(&self, digest: &Digest, class: Class, fresh: Option<&MachineCode>) {
        if let Some(code) = fresh
            && self.files.is_writable()
            && let Err(error) = self.cache.put(&self.files, digest, class, code)
        {
            tracing::warn!(%digest, %error, "cannot cache compiled code");
        }
    }

    /// Creates a plug that reloads its code from this source.
    pub(super) fn plug(self: &Arc<Self>, digest: &Digest, component: CheckedComponent) -> Plug {
        let (source, again, class) = (Arc::clone(self), digest.clone(), component.class());
        let reload: Reload = Box::new(move || source.reload(&again, class));
        // A read-only library does not store files, so it could not reload them.
        component.into_plug(digest.to_string(), self.files.is_writable().then_some(reload))
    }

    /// Loads the component of a plug again, which must still be of the same class.
    fn reload(&self, digest: &Digest, class: Class) -> Result<CheckedComponent, CallError> {
        let unavailable = |error: LibraryError| CallError::Unavailable(error.to_string());
        let origin = self.origin(digest).map_err(unavailable)?;
        let (component, fresh) = match self.load_component(digest, origin, &mut Duration::default()) {
            Err(LoadFailure::Library(LibraryError::Busy)) => return Err(CallError::Busy),
            loaded => loaded.map_err(|failure| unavailable(failure.with(digest)))?,
        };
        if component.class() != class {
            return Err(CallError::Unavailable("its class has changed: restart the host".to_owned()));
        }
        self.cache_code(digest, class, fresh.as_ref());
        if let Some(loaded_plugs) = self.loaded_plugs.upgrade() {
            loaded_plugs.make_room(component.code_bytes());
        }
        Ok(component)
    }

    /// Stores an admitted file.
    pub(super) fn put(&self, digest: &Digest, pushed: Pushed<'_>) -> Result<(), LibraryError> {
        let part = match pushed.part {
            Some(part) => part,
            None => {
                let mut part = self.files.part()?;
                part.write_all(pushed.file).map_err(|error| LibraryError::folder(part.path(), error))?;
                part
            }
        };
        self.files.put(digest, part)
    }

    /// Removes cached code and owner files of plugs that are neither stored nor built in.
    pub(super) fn remove_orphans(&self) -> Result<(), LibraryError> {
        for name in self.files.names()? {
            let digest = cache::plug_of(&name).or_else(|| owner_of(&name));
            if let Some(Err(LibraryError::NotFound(_))) = digest.map(|digest| self.origin(&digest)) {
                self.files.remove_file(&name)?;
            }
        }
        Ok(())
    }

    /// The origin of a built-in or stored plug.
    ///
    /// # Errors
    /// If there is no such plug.
    pub(super) fn origin(&self, digest: &Digest) -> Result<Origin<'static>, LibraryError> {
        match BUILT_IN.iter().find(|(known, _)| known == digest) {
            Some((_, file)) => Ok(Origin::BuiltIn(file)),
            None if self.files.has(digest) => Ok(Origin::Stored),
            None => Err(LibraryError::NotFound(digest.to_string())),
        }
    }
}
