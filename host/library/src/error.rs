//! Errors of the plug library.

use std::fmt;
use std::path::{Path, PathBuf};

use cordboard_runtime::{CallError, LoadError, quote};

use super::digest::Digest;

/// Why a plug could not be loaded, or the library could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// The folder or a file in it cannot be read or written.
    #[error("cannot use {} ({reason}): make it readable and writable, and check the disk space", path.display())]
    Folder {
        /// The path of the folder or file.
        path: PathBuf,
        /// The system's error message.
        reason: String,
    },
    /// The compiler process failed.
    #[error("{} cannot compile plugs ({reason}): check that it is this program and can be started", program.display())]
    NoCompiler {
        /// The path of the program.
        program: PathBuf,
        /// The error message of the program or the system.
        reason: String,
    },
    /// No plug with this digest was pushed, or it has been removed.
    #[error("no plug with the digest {0}: push its file")]
    NotFound(String),
    /// The stored file is not the one that was pushed.
    #[error("the file of the plug {0} has changed since it was pushed: push it again")]
    Changed(String),
    /// A stored plug can no longer be used.
    #[error("the plug {digest} can no longer be used: {error}")]
    Unusable {
        /// The plug's digest.
        digest: String,
        /// The reason.
        error: LoadError,
    },
    /// The maximum number of calls is running.
    #[error("all plug instances are busy: try again, or give the host more slots")]
    Busy,
    /// The library is read-only.
    #[error("the library is read-only: push to the running bridge instead")]
    ReadOnly,
}

impl LibraryError {
    pub(super) fn folder(path: &Path, reason: impl fmt::Display) -> Self {
        Self::Folder { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn compiler(program: &Path, reason: impl fmt::Display) -> Self {
        Self::NoCompiler { program: program.to_owned(), reason: quote(&reason.to_string()) }
    }

    pub(super) fn not_found(digest: &str) -> Self {
        Self::NotFound(quote(digest))
    }
}

/// Why a file was not admitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// The file is not a plug that this host can use.
    #[error(transparent)]
    Refused(#[from] LoadError),
    /// The plug failed its self-test. The field lists its faults.
    #[error("the plug failed its self-test: {}: fix it and build it again", .0.join("; "))]
    SelfTest(Vec<String>),
    /// The file cannot be read.
    #[error("cannot read the file ({0}): correct the path")]
    Unreadable(String),
    /// The token that pushes the file has used up a quota.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// The library failed, regardless of the file.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// A quota that a token has used up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaExceeded {
    /// Disk space.
    #[error(
        "the plugs of the token `{token}` use {bytes} of {max} bytes on disk, and this one does not fit: wait until \
         unused plugs are removed, or raise `token-bytes` in [plugs]"
    )]
    Stored {
        /// The token's name.
        token: String,
        /// The bytes in use.
        bytes: u64,
        /// The quota in bytes.
        max: u64,
    },
    /// The number of unused plugs.
    #[error(
        "the token `{token}` has {count} unused plugs, of at most {max}: activate some, wait until they are removed, \
         or raise `token-unused` in [plugs]"
    )]
    Unused {
        /// The token's name.
        token: String,
        /// The number of unused plugs.
        count: usize,
        /// The quota.
        max: usize,
    },
    /// CPU time for compiling.
    #[error(
        "the token `{token}` has used up its {seconds} s of compile time per hour: push again in {retry_after} s, or \
         raise `token-compile-seconds` in [plugs]"
    )]
    CompileTime {
        /// The token's name.
        token: String,
        /// The budget per hour, in seconds.
        seconds: u64,
        /// The time until the token may compile again, in seconds.
        retry_after: u64,
    },
}

/// Why a plug could not be loaded: because of its file, or of the library.
pub(super) enum LoadFailure {
    File(LoadError),
    Library(LibraryError),
}

impl LoadFailure {
    /// The error for a plug that was admitted earlier.
    pub(super) fn with(self, digest: &Digest) -> LibraryError {
        match self {
            Self::File(error) => LibraryError::Unusable { digest: digest.to_string(), error },
            Self::Library(error) => error,
        }
    }
}

impl From<LoadError> for LoadFailure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Start(CallError::Busy) => Self::Library(LibraryError::Busy),
            error => Self::File(error),
        }
    }
}

impl From<LibraryError> for LoadFailure {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl From<LoadFailure> for AdmitError {
    fn from(failure: LoadFailure) -> Self {
        match failure {
            LoadFailure::File(error) => Self::Refused(error),
            LoadFailure::Library(error) => Self::Library(error),
        }
    }
}
