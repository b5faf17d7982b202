//! How a plug comes into memory: from its compiled form, or else from its file.

use std::io::Write;
use std::sync::{Arc, LazyLock, Weak};
use std::time::{Duration, Instant};

use super::Pushed;
use super::cache::{self, CLASSES, Cache};
use super::compiler::Compiler;
use super::digest::Digest;
use super::error::{LibraryError, Trouble};
use super::files::{Files, owner_of};
use super::loaded_plugs::LoadedPlugs;
use super::machine_code::MachineCode;
use crate::plug::code::{Code, Origin as CodeOrigin};
use crate::plug::engine::{Class, Engine};
use crate::plug::error::CallError;
use crate::plug::load::{Fitted, invalid};
use crate::plug::{LoadError, Plug, builtin};

/// All of a library but what it has in memory: a plug whose code was put away has it back from here.
pub(super) struct Source {
    pub(super) engine: Engine,
    pub(super) files: Files,
    pub(super) cache: Cache,
    pub(super) compiler: Compiler,
    /// Where code that comes back needs room. Its plugs have this source.
    pub(super) loaded_plugs: Weak<LoadedPlugs>,
}

/// The plugs that are part of the host, by their digests.
static BUILT_IN: LazyLock<Vec<(Digest, &'static [u8])>> =
    LazyLock::new(|| builtin::ALL.iter().map(|plug| (Digest::of(plug.file), plug.file)).collect());

/// A file that is put to work.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// Of ours.
    BuiltIn(&'static [u8]),
    /// In the folder.
    Stored,
    /// On its way into the folder.
    Pushed(&'a [u8]),
}

/// A plug to be, and its machine code where it was compiled just now.
pub(super) struct Made {
    pub(super) fitted: Fitted,
    pub(super) fresh: Option<MachineCode>,
}

impl Source {
    /// Takes a plug's compiled form, or compiles its file. Adds the time that compiling took to `spent`.
    pub(super) fn make(&self, digest: &Digest, origin: Origin<'_>, spent: &mut Duration) -> Result<Made, Trouble> {
        if let Some(fitted) = self.cached(digest)? {
            return Ok(Made { fitted, fresh: None });
        }
        let began = Instant::now();
        let max = self.engine.max_file_bytes();
        let (code, bytes) = match origin {
            Origin::BuiltIn(file) => (Compiler::compile_here(file)?, file.len()),
            Origin::Stored => self.compile(&self.files.read(digest, max)?, spent)?,
            Origin::Pushed(file) => self.compile(file, spent)?,
        };
        let fitted = self.engine.fit(bytes, |engine| code.component(engine))?;
        tracing::debug!(%digest, class = %fitted.pool.class, bytes, took = ?began.elapsed(), "compiled a plug");
        Ok(Made { fitted, fresh: Some(code) })
    }

    fn compile(&self, file: &[u8], spent: &mut Duration) -> Result<(MachineCode, usize), Trouble> {
        self.engine.check_form(file)?;
        Ok((self.compiler.compile(file, spent)?, file.len()))
    }

    fn cached(&self, digest: &Digest) -> Result<Option<Fitted>, Trouble> {
        let began = Instant::now();
        for class in CLASSES {
            let Some(code) = self.cache.get(&self.files, digest, class) else { continue };
            let pool = self.engine.pool(class);
            let component = code.component(&pool.engine).map_err(|error| invalid(&error));
            match component.and_then(|component| Fitted::check(pool, &component)) {
                Ok(fitted) => {
                    tracing::debug!(%digest, %class, took = ?began.elapsed(), "took a plug's compiled form");
                    return Ok(Some(fitted));
                }
                Err(LoadError::Start(CallError::Busy)) => return Err(LoadError::Start(CallError::Busy).into()),
                Err(error) => {
                    tracing::info!(%digest, "a compiled form is of no use, so the plug is compiled again: {error}");
                }
            }
        }
        Ok(None)
    }

    /// Keeps what was compiled.
    pub(super) fn cache_code(&self, digest: &Digest, class: Class, fresh: Option<&MachineCode>) {
        if let Some(code) = fresh {
            self.cache.put(&self.files, digest, class, code);
        }
    }

    /// A plug that has its code back from here.
    pub(super) fn plug(self: &Arc<Self>, digest: &Digest, fitted: Fitted) -> Plug {
        let (source, again, class) = (Arc::clone(self), digest.clone(), fitted.pool.class);
        let code_again: CodeOrigin = Box::new(move || source.code(&again, class));
        // What only looks on puts nothing into the folder, where it would have to be to come back.
        fitted.into_plug(digest.to_string(), self.files.is_writable().then_some(code_again))
    }

    /// The code of a plug that was in memory before, in its class.
    fn code(&self, digest: &Digest, class: Class) -> Result<Code, CallError> {
        let unavailable = |error: LibraryError| CallError::Unavailable(error.to_string());
        let made = match self.make(digest, self.known(digest).map_err(unavailable)?, &mut Duration::default()) {
            Err(Trouble::File(LoadError::Start(CallError::Busy))) => return Err(CallError::Busy),
            made => made.map_err(|trouble| unavailable(trouble.with(digest)))?,
        };
        if made.fitted.pool.class != class {
            return Err(CallError::Unavailable("it comes back in another class: start the host anew".to_owned()));
        }
        self.cache_code(digest, class, made.fresh.as_ref());
        if let Some(loaded_plugs) = self.loaded_plugs.upgrade() {
            loaded_plugs.make_room(made.fitted.code.bytes());
        }
        Ok(made.fitted.code)
    }

    /// Puts a file that was admitted in its place.
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

    /// Removes compiled forms and owners of plugs that are neither here nor built in.
    pub(super) fn remove_orphans(&self) -> Result<(), LibraryError> {
        for name in self.files.names()? {
            let digest = cache::plug_of(&name).or_else(|| owner_of(&name));
            if let Some(Err(LibraryError::NotHere(_))) = digest.map(|digest| self.known(&digest)) {
                self.files.remove_file(&name)?;
            }
        }
        Ok(())
    }

    /// Where a plug is that is built in or was admitted.
    pub(super) fn known(&self, digest: &Digest) -> Result<Origin<'static>, LibraryError> {
        match BUILT_IN.iter().find(|(known, _)| known == digest) {
            Some((_, file)) => Ok(Origin::BuiltIn(file)),
            None if self.files.has(digest) => Ok(Origin::Stored),
            None => Err(LibraryError::NotHere(digest.to_string())),
        }
    }
}
