//! The files in the data directory: their permissions, and the lock that admits one writing process.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use cordboard_store::{Result, StoreError};

use super::fault::DISK_FULL;

const DATABASE: &str = "cordboard.db";
const LOCK: &str = "cordboard.lock";

/// The serving process's lock on the data directory, held as long as this value.
pub(super) struct DirectoryLock {
    database: PathBuf,
    // The operating system releases the lock with the file, however the process ends.
    _lock: File,
}

impl DirectoryLock {
    /// Creates missing files, accessible to this user only, and locks the directory for this process.
    pub(super) fn acquire(data_dir: &Path) -> Result<Self> {
        make_directory(data_dir).map_err(|error| unusable(data_dir, error))?;
        let path = data_dir.join(LOCK);
        let lock = private_file(&path).map_err(|error| unusable(&path, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let directory = data_dir.display();
                return Err(StoreError::rejected(format!(
                    "another process is serving from {directory}: stop it first, or give this one its own data-dir"
                )));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&path, error)),
        }
        // SQLite gives its other files the permissions of this one, so create it first.
        let database = data_dir.join(DATABASE);
        private_file(&database).map_err(|error| unusable(&database, error))?;
        Ok(Self { database, _lock: lock })
    }

    /// Returns the path of the database.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }
}

/// Returns the path of the database in a directory that a process has served from.
pub(super) fn existing(data_dir: &Path) -> Result<PathBuf> {
    let database = data_dir.join(DATABASE);
    match database.try_exists() {
        Ok(true) => Ok(database),
        Ok(false) => Err(StoreError::rejected(format!(
            "there is no {}: set data-dir to one that `cordboard serve` has used, or start it",
            database.display()
        ))),
        Err(error) => Err(unusable(&database, error)),
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Opens or creates a file and restricts it to this user, since it may hold captured tokens.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

fn unusable(path: &Path, error: io::Error) -> StoreError {
    let path = path.display();
    let message = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!("cannot create {path}: {DISK_FULL}"),
        _ => format!("cannot use {path}: let this user read and write it ({error})"),
    };
    StoreError::unavailable(message).with_source(error)
}
