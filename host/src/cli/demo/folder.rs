//! A folder for the time of the demo.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::cli::CliError;
use crate::flow::random_id;

/// A new folder in the system's place for temporary files, which only its owner can enter. Dropping it removes it.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes it.
    ///
    /// # Errors
    /// Where the system does not let it be made.
    pub fn new() -> Result<Self, CliError> {
        let id = random_id().map_err(|_| CliError("the system has no randomness to give: try again".to_owned()))?;
        let name: String = id.chars().take(8).collect();
        let path = std::env::temp_dir().join(format!("cordboard-demo-{name}"));
        // It must be new: one that somebody else has made may be theirs to read.
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| {
            CliError(format!("{} cannot be made ({error}): set TMPDIR to a folder of yours", path.display()))
        })?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("cordboard: {} could not be removed ({error}): remove it by hand", self.0.display());
        }
    }
}
