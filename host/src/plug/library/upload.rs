//! A file that comes in pieces.

use std::io::Write;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::Library;
use super::digest::Digest;
use super::error::{AdmitError, LibraryError};
use super::files;
use super::quota::Pusher;
use super::{Admitted, Pushed};
use crate::plug::LoadError;

/// A push under way. Dropped before [`finish`](Self::finish), it leaves nothing behind.
///
/// Its calls write to the disk, and [`finish`](Self::finish) compiles: keep them off the threads that others wait for.
pub struct Upload {
    library: Library,
    part: NamedTempFile,
    hasher: Sha256,
    bytes: usize,
    pusher: Option<Pusher>,
}

impl Upload {
    pub(super) fn begin(library: Library, pusher: Option<Pusher>) -> Result<Self, LibraryError> {
        let part = library.source().files.part()?;
        Ok(Self { library, part, hasher: Sha256::new(), bytes: 0, pusher })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// Where the file becomes larger than a plug may be, or the disk fails.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), AdmitError> {
        let max = self.library.source().engine.max_file_bytes();
        self.bytes = self.bytes.saturating_add(piece.len());
        if self.bytes > max {
            return Err(LoadError::TooLarge { max }.into());
        }
        self.hasher.update(piece);
        self.part.write_all(piece).map_err(|error| LibraryError::folder(self.part.path(), error))?;
        Ok(())
    }

    /// Admits the file. Its code is not kept in memory: what is pushed need not be used.
    ///
    /// # Errors
    /// Where it is not admitted, or its token has used up a quota; then nothing of it is left.
    pub fn finish(self) -> Result<Admitted, AdmitError> {
        let Self { library, part, hasher, bytes, pusher } = self;
        let max = library.source().engine.max_file_bytes();
        if bytes > max {
            return Err(LoadError::TooLarge { max }.into());
        }
        let digest = Digest::made_by(hasher);
        let unreadable = |reason: String| LibraryError::folder(part.path(), reason);
        let file = files::read(part.path(), bytes).map_err(|error| unreadable(error.to_string()))?;
        // It was on a disk since, and what is admitted is what came.
        let file = file.filter(|file| Digest::of(file) == digest);
        let file = file.ok_or_else(|| unreadable("it changed while it was written".to_owned()))?;
        library.admit(&digest, Pushed { file: &file, part: Some(part), pusher, stays_loaded: false })
    }
}
