//! The folder: plug files by their digests. A file is there whole or not at all.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use super::digest::Digest;
use super::error::LibraryError;

const PLUG: &str = ".wasm";
/// A file that is not whole yet. Whoever writes it holds a lock on it, which ends with the process.
const PART: &str = ".part";
/// Beside a plug, the name of the token that pushed it first.
const OWNER: &str = ".owner";
/// The longest name of a token, and more.
const MAX_OWNER_BYTES: usize = 256;

/// The folder of a library.
pub(super) struct Files {
    folder: PathBuf,
    writable: bool,
}

impl Files {
    /// Makes the folder where it is missing, for this user alone, and takes away what others left unfinished.
    pub(super) fn open(folder: &Path) -> Result<Self, LibraryError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(folder).map_err(|error| LibraryError::folder(folder, error))?;
        let files = Self { folder: folder.to_owned(), writable: true };
        files.sweep().map_err(|error| LibraryError::folder(folder, error))?;
        Ok(files)
    }

    /// A folder to look at, which may be missing.
    pub(super) fn read_only(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), writable: false }
    }

    /// Whether plugs can be put into it.
    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }

    /// Where a file of the library is.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What was pushed under this digest; at most one byte more than `max`, so that the next step sees what is larger.
    pub(super) fn read(&self, digest: &Digest, max: usize) -> Result<Vec<u8>, LibraryError> {
        let path = self.path(&name(digest));
        let file = match read(&path, max) {
            Ok(Some(file)) => file,
            Ok(None) => return Err(LibraryError::NotHere(digest.to_string())),
            Err(error) => return Err(LibraryError::folder(&path, error)),
        };
        if file.len() <= max && Digest::of(&file) != *digest {
            return Err(LibraryError::Changed(digest.to_string()));
        }
        Ok(file)
    }

    pub(super) fn has(&self, digest: &Digest) -> bool {
        self.path(&name(digest)).is_file()
    }

    /// Whether this very file is there. Then it counts as pushed now.
    pub(super) fn holds(&self, digest: &Digest, file: &[u8]) -> bool {
        let path = self.path(&name(digest));
        let there = matches!(read(&path, file.len()), Ok(Some(found)) if found == file);
        if there && self.writable {
            self.touch(digest);
        }
        there
    }

    /// Lets the age of a plug begin now.
    pub(super) fn touch(&self, digest: &Digest) {
        let path = self.path(&name(digest));
        let touched = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        if let Err(error) = touched {
            tracing::warn!(path = %path.display(), %error, "cannot mark a plug as used");
        }
    }

    /// Records the token that pushed a plug first, before the plug is in its place.
    pub(super) fn set_owner(&self, digest: &Digest, token: &str) -> Result<(), LibraryError> {
        let path = self.path(&owner(digest));
        let mut part = self.part()?;
        let written = part.write_all(token.as_bytes());
        written.map_err(|error| LibraryError::folder(&path, error))?;
        part.persist(&path).map_err(|error| LibraryError::folder(&path, error.error))?;
        Ok(())
    }

    /// The plugs that a token pushed first.
    pub(super) fn owned_by(&self, token: &str) -> Result<Vec<Digest>, LibraryError> {
        let names = self.names()?.into_iter();
        let owned = names.filter_map(|name| {
            let digest = owner_of(&name)?;
            let path = self.path(&name);
            let found = read(&path, MAX_OWNER_BYTES).ok().flatten()?;
            (found == token.as_bytes()).then_some(digest)
        });
        Ok(owned.collect())
    }

    /// Puts a file that is whole in its place.
    pub(super) fn put(&self, digest: &Digest, file: NamedTempFile) -> Result<(), LibraryError> {
        let path = self.path(&name(digest));
        let put = || {
            file.as_file().sync_all()?;
            // What was not written down again is as old as its first byte.
            file.as_file().set_modified(SystemTime::now())?;
            file.persist(&path)?;
            File::open(&self.folder)?.sync_all()
        };
        put().map_err(|error: io::Error| LibraryError::folder(&path, error))
    }

    /// A file that is not whole yet, and goes away unless it is put in a place.
    pub(super) fn part(&self) -> Result<NamedTempFile, LibraryError> {
        if !self.writable {
            return Err(LibraryError::ReadOnly);
        }
        let part = tempfile::Builder::new().suffix(PART).tempfile_in(&self.folder).and_then(|part| {
            part.as_file().lock()?;
            Ok(part)
        });
        part.map_err(|error| LibraryError::folder(&self.folder, error))
    }

    /// The plugs that are there, with their sizes in bytes.
    pub(super) fn plugs(&self) -> Result<Vec<(Digest, u64)>, LibraryError> {
        let sizes = self.sizes()?.into_iter();
        let mut plugs: Vec<_> = sizes.filter_map(|(name, bytes)| Some((plug_of(&name)?, bytes))).collect();
        plugs.sort();
        Ok(plugs)
    }

    /// The names of all files, with their sizes in bytes.
    pub(super) fn sizes(&self) -> Result<Vec<(String, u64)>, LibraryError> {
        let names = self.names()?.into_iter();
        // One that was removed meanwhile is not there.
        let sized = |name: String| fs::metadata(self.path(&name)).ok().map(|found| (name, found.len()));
        Ok(names.filter_map(sized).collect())
    }

    /// How long ago a plug was pushed last.
    pub(super) fn age(&self, digest: &Digest) -> Option<Duration> {
        let pushed = fs::metadata(self.path(&name(digest))).and_then(|found| found.modified()).ok()?;
        // A clock that was set back makes nothing old.
        Some(pushed.elapsed().unwrap_or_default())
    }

    /// Removes a plug.
    pub(super) fn remove(&self, digest: &Digest) -> Result<(), LibraryError> {
        self.remove_file(&name(digest))?;
        self.remove_file(&owner(digest))
    }

    /// Removes a file of the library. One that is gone already is no error.
    pub(super) fn remove_file(&self, name: &str) -> Result<(), LibraryError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(LibraryError::folder(&path, error)),
            _ => Ok(()),
        }
    }

    /// The names of all files.
    pub(super) fn names(&self) -> Result<Vec<String>, LibraryError> {
        let unreadable = |error| LibraryError::folder(&self.folder, error);
        let listed = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.writable => return Ok(Vec::new()),
            listed => listed.map_err(unreadable)?,
        };
        let mut names = Vec::new();
        for file in listed {
            // Whatever has another kind of name is not ours.
            names.extend(file.map_err(unreadable)?.file_name().into_string());
        }
        Ok(names)
    }

    fn sweep(&self) -> io::Result<()> {
        for file in fs::read_dir(&self.folder)? {
            let path = file?.path();
            if !path.to_string_lossy().ends_with(PART) {
                continue;
            }
            match take_away(&path) {
                // Whoever wrote it has done so.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }
}

/// Removes a part that nobody writes any more.
fn take_away(path: &Path) -> io::Result<()> {
    match File::open(path)?.try_lock() {
        Ok(()) => fs::remove_file(path),
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn name(digest: &Digest) -> String {
    format!("{}{PLUG}", digest.digits())
}

fn owner(digest: &Digest) -> String {
    format!("{}{OWNER}", digest.digits())
}

/// The plug that a file of this name is.
pub(super) fn plug_of(name: &str) -> Option<Digest> {
    name.strip_suffix(PLUG).and_then(Digest::of_digits)
}

/// The plug whose owner stands in a file of this name.
pub(super) fn owner_of(name: &str) -> Option<Digest> {
    name.strip_suffix(OWNER).and_then(Digest::of_digits)
}

/// At most one byte more than `max`; none where there is no file.
pub(super) fn read(path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take((max as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
