//! The files in the data directory: who may read them, and that one process only writes.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::fault::FULL;
use crate::store::{Result, StoreError};

const DATABASE: &str = "cordboard.db";
const LOCK: &str = "cordboard.lock";

/// The data directory of the process that serves, for as long as this lives.
pub(super) struct Claim {
    database: PathBuf,
    // The operating system lets go of the lock with the file, however the process ends.
    _lock: File,
}

impl Claim {
    /// Makes what is missing, for this user alone, and takes the directory for this process.
    pub(super) fn take(data_dir: &Path) -> Result<Self> {
        make_directory(data_dir).map_err(|error| unusable(data_dir, &error))?;
        let path = data_dir.join(LOCK);
        let lock = private_file(&path).map_err(|error| unusable(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let directory = data_dir.display();
                return Err(StoreError(format!(
                    "another process serves from {directory}: end that one first, or give this one a data-dir of its own"
                )));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&path, &error)),
        }
        // Made before SQLite opens it: SQLite gives its other files the permissions that it finds on this one.
        let database = data_dir.join(DATABASE);
        private_file(&database).map_err(|error| unusable(&database, &error))?;
        Ok(Self { database, _lock: lock })
    }

    /// The database's file.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }
}

/// The database's file in a directory that some process has served from.
pub(super) fn existing(data_dir: &Path) -> Result<PathBuf> {
    let database = data_dir.join(DATABASE);
    match database.try_exists() {
        Ok(true) => Ok(database),
        Ok(false) => Err(StoreError(format!(
            "there is no {}: name the data-dir of a `cordboard serve`, or start one",
            database.display()
        ))),
        Err(error) => Err(unusable(&database, &error)),
    }
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Opens a file that only this user may read, since captured state entries are in there; takes it from others who
/// could.
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

fn unusable(path: &Path, error: &io::Error) -> StoreError {
    if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        return StoreError(format!("{} cannot be made, {FULL}", path.display()));
    }
    StoreError(format!("{} cannot be used: let this user read and write it ({error})", path.display()))
}
