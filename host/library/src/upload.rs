//! Receives a file in chunks.

use std::io::Write;

use cordboard_runtime::LoadError;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::Library;
use super::digest::Digest;
use super::error::{AdmitError, LibraryError};
use super::files;
use super::quota::Pusher;
use super::{Admitted, Pushed};

/// An upload in progress. Dropping it without calling [`finish`](Self::finish) leaves nothing behind.
///
/// The methods write to disk, and [`finish`](Self::finish) compiles: do not call them on async worker threads.
pub struct Upload {
    library: Library,
    part: NamedTempFile,
    hasher: Sha256,
    bytes: usize,
    pusher: Pusher,
}

impl Upload {
    pub(super) fn begin(library: Library, pusher: Pusher) -> Result<Self, LibraryError> {
        let part = library.0.source.files.part()?;
        Ok(Self { library, part, hasher: Sha256::new(), bytes: 0, pusher })
    }

    /// Appends a chunk.
    ///
    /// # Errors
    /// If the file exceeds the size limit, or writing fails.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), AdmitError> {
        let max = self.library.max_file_bytes();
        self.bytes = self.bytes.saturating_add(piece.len());
        if self.bytes > max {
            return Err(LoadError::TooLarge { max }.into());
        }
        self.hasher.update(piece);
        self.part.write_all(piece).map_err(|error| LibraryError::folder(self.part.path(), error))?;
        Ok(())
    }

    /// Admits the file. Its code does not stay in memory, because a pushed plug may never be used.
    ///
    /// # Errors
    /// If the file is refused, or its token has used up a quota. Nothing of the file remains in that case.
    pub fn finish(self) -> Result<Admitted, AdmitError> {
        let Self { library, part, hasher, bytes, pusher } = self;
        let max = library.max_file_bytes();
        if bytes > max {
            return Err(LoadError::TooLarge { max }.into());
        }
        let digest = Digest::finish(hasher);
        let unreadable = |reason: String| LibraryError::folder(part.path(), reason);
        let file = files::read(part.path(), bytes).map_err(|error| unreadable(error.to_string()))?;
        // The file may have changed on disk. Admit only what was received.
        let file = file.filter(|file| Digest::of(file) == digest);
        let file = file.ok_or_else(|| unreadable("it changed during the upload".to_owned()))?;
        library.admit(&digest, Pushed { file: &file, part: Some(part), pusher: Some(pusher), stays_loaded: false })
    }
}
