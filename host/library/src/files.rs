//! The library's folder, which holds plug files named by digest. Files appear in it atomically.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use super::digest::Digest;
use super::error::LibraryError;

const PLUG: &str = ".wasm";
/// A partial file. Its writer holds a lock on it, which the system releases when the process exits.
const PART: &str = ".part";
/// A file next to a plug, which contains the name of the token that was the first to push it.
const OWNER: &str = ".owner";
/// Longer than any token's name.
const MAX_OWNER_BYTES: usize = 256;

/// The folder of a library.
pub(super) struct Files {
    folder: PathBuf,
    writable: bool,
}

impl Files {
    /// Opens the folder, creating it for this user alone if missing, and removes abandoned partial files.
    pub(super) fn open(folder: &Path) -> Result<Self, LibraryError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(folder).map_err(|error| LibraryError::folder(folder, error))?;
        let files = Self { folder: folder.to_owned(), writable: true };
        files.remove_abandoned_parts().map_err(|error| LibraryError::folder(folder, error))?;
        Ok(files)
    }

    /// Opens the folder without writing to it. It may be missing.
    pub(super) fn read_only(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), writable: false }
    }

    /// Whether files can be stored.
    pub(super) fn is_writable(&self) -> bool {
        self.writable
    }

    /// The path of a file of the library.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads the plug file with this digest, but at most `max + 1` bytes, so that the caller can tell that it is too
    /// large.
    ///
    /// # Errors
    /// If the file is missing or unreadable, or its content has changed.
    pub(super) fn read(&self, digest: &Digest, max: usize) -> Result<Vec<u8>, LibraryError> {
        let path = self.path(&name(digest));
        let file = match read(&path, max) {
            Ok(Some(file)) => file,
            Ok(None) => return Err(LibraryError::NotFound(digest.to_string())),
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

    /// Whether exactly this file is stored. If so, its age is reset.
    pub(super) fn contains(&self, digest: &Digest, file: &[u8]) -> bool {
        let path = self.path(&name(digest));
        let there = matches!(read(&path, file.len()), Ok(Some(found)) if found == file);
        if there && self.writable {
            self.touch(digest);
        }
        there
    }

    /// Resets the age of a plug.
    pub(super) fn touch(&self, digest: &Digest) {
        let path = self.path(&name(digest));
        let touched = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        if let Err(error) = touched {
            tracing::warn!(path = %path.display(), %error, "cannot mark a plug as used");
        }
    }

    /// Records the first token that pushed a plug. Called before the plug itself is stored.
    pub(super) fn set_owner(&self, digest: &Digest, token: &str) -> Result<(), LibraryError> {
        self.write(&owner(digest), &[token.as_bytes()])
    }

    /// Writes a file of the library, which appears atomically. Does not sync it.
    pub(super) fn write(&self, name: &str, parts: &[&[u8]]) -> Result<(), LibraryError> {
        let (path, mut file) = (self.path(name), self.part()?);
        let written = parts.iter().try_for_each(|part| file.write_all(part));
        let written = written.and_then(|()| file.persist(&path).map(drop).map_err(io::Error::from));
        written.map_err(|error| LibraryError::folder(&path, error))
    }

    /// The plugs that a token was the first to push.
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

    /// Stores a completely written file.
    pub(super) fn put(&self, digest: &Digest, file: NamedTempFile) -> Result<(), LibraryError> {
        let path = self.path(&name(digest));
        let put = || {
            file.as_file().sync_all()?;
            // The modification time is that of the last write. Count the age from now.
            file.as_file().set_modified(SystemTime::now())?;
            file.persist(&path)?;
            File::open(&self.folder)?.sync_all()
        };
        put().map_err(|error: io::Error| LibraryError::folder(&path, error))
    }

    /// Creates a partial file, which is removed when dropped unless it is persisted.
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

    /// The stored plugs and their sizes in bytes, ordered by digest.
    pub(super) fn plugs(&self) -> Result<Vec<(Digest, u64)>, LibraryError> {
        let sizes = self.sizes()?.into_iter();
        let mut plugs: Vec<_> = sizes.filter_map(|(name, bytes)| Some((plug_of(&name)?, bytes))).collect();
        plugs.sort();
        Ok(plugs)
    }

    /// The names of all files and their sizes in bytes.
    pub(super) fn sizes(&self) -> Result<Vec<(String, u64)>, LibraryError> {
        let names = self.names()?.into_iter();
        // Skip files that have just been removed.
        let sized = |name: String| fs::metadata(self.path(&name)).ok().map(|found| (name, found.len()));
        Ok(names.filter_map(sized).collect())
    }

    /// The time since a plug was last pushed or touched.
    pub(super) fn age(&self, digest: &Digest) -> Option<Duration> {
        let pushed = fs::metadata(self.path(&name(digest))).and_then(|found| found.modified()).ok()?;
        // If the clock was set back, the age is zero.
        Some(pushed.elapsed().unwrap_or_default())
    }

    /// Removes a plug and the record of its owner.
    pub(super) fn remove(&self, digest: &Digest) -> Result<(), LibraryError> {
        self.remove_file(&name(digest))?;
        self.remove_file(&owner(digest))
    }

    /// Removes a file of the library, if it exists.
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
            // Skip names that are not UTF-8: the library has none.
            names.extend(file.map_err(unreadable)?.file_name().into_string());
        }
        Ok(names)
    }

    fn remove_abandoned_parts(&self) -> io::Result<()> {
        for file in fs::read_dir(&self.folder)? {
            let path = file?.path();
            if !path.to_string_lossy().ends_with(PART) {
                continue;
            }
            match remove_unlocked(&path) {
                // Its writer has persisted or removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }
}

/// Removes a partial file unless its writer still holds the lock.
fn remove_unlocked(path: &Path) -> io::Result<()> {
    match File::open(path)?.try_lock() {
        Ok(()) => fs::remove_file(path),
        Err(TryLockError::WouldBlock) => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn name(digest: &Digest) -> String {
    format!("{}{PLUG}", digest.hex())
}

fn owner(digest: &Digest) -> String {
    format!("{}{OWNER}", digest.hex())
}

/// The digest of the plug in a file of this name.
pub(super) fn plug_of(name: &str) -> Option<Digest> {
    name.strip_suffix(PLUG).and_then(Digest::from_hex)
}

/// The digest of the plug whose owner is recorded in a file of this name.
pub(super) fn owner_of(name: &str) -> Option<Digest> {
    name.strip_suffix(OWNER).and_then(Digest::from_hex)
}

/// Reads at most `max + 1` bytes of a file, or `None` if it does not exist.
pub(super) fn read(path: &Path, max: usize) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take((max as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
