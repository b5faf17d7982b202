//! Why the library cannot do what it is asked for. Each is a sentence.

use std::fmt;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use crate::plug::error::quote;
use crate::plug::{CallError, LoadError};

/// Why a plug cannot be had, or the library not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// A file or the folder itself fails.
    #[error("{} cannot be used ({reason}): let this user read and write it, and see that the disk has room", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The program that compiles fails.
    #[error("{} cannot compile plugs ({reason}): see that it is this program, and that the system can start another", program.display())]
    NoCompiler {
        /// Which.
        program: PathBuf,
        /// What it, or the system, said.
        reason: String,
    },
    /// No plug of this digest was pushed, or it was removed.
    #[error("no plug of the digest {0} is here: push its file")]
    NotHere(String),
    /// A file was changed, or a disk spoiled it.
    #[error("the file of the plug {0} is not what was pushed: push it again")]
    Changed(String),
    /// A plug that was admitted cannot be used now.
    #[error("the plug {digest} cannot be used any more: {error}")]
    Unfit {
        /// Which.
        digest: String,
        /// Why.
        error: LoadError,
    },
    /// No call of any plug has room at the moment.
    #[error("as many plugs are at work as may be: try again, or give the host more slots")]
    Busy,
    /// The library was opened to be looked at.
    #[error("the library was opened for reading: push to the bridge that serves")]
    ReadOnly,
}

impl LibraryError {
    pub(super) fn folder(path: &Path, reason: impl fmt::Display) -> Self {
        Self::Folder { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn compiler(program: &Path, reason: impl fmt::Display) -> Self {
        Self::NoCompiler { program: program.to_owned(), reason: quote(&reason.to_string()) }
    }

    pub(super) fn not_here(digest: &str) -> Self {
        Self::NotHere(quote(digest))
    }
}

/// Why a file is not admitted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// It is no plug that this host can use.
    #[error(transparent)]
    Refused(#[from] LoadError),
    /// It broke a promise or a limit when it was tried; what it did.
    #[error("the plug failed its self-test: {}: mend it, and build it again", .0.join("; "))]
    SelfTest(Vec<String>),
    /// It cannot be read.
    #[error("the file cannot be read ({0}): correct the path")]
    Unreadable(String),
    /// The token that pushes it has used up a quota.
    #[error(transparent)]
    Quota(#[from] QuotaExceeded),
    /// The library fails, which is not the file's doing.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// The quota of a token that is used up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaExceeded {
    /// Bytes on the disk.
    #[error(
        "the plugs of the token `{token}` have {bytes} of {max} bytes on the disk, and this one does not fit: wait until \
         unused ones are removed, or raise `token-bytes` in [plugs]"
    )]
    Stored {
        /// The token's name.
        token: String,
        /// How many there are.
        bytes: u64,
        /// How many there may be.
        max: u64,
    },
    /// Plugs that nothing uses.
    #[error(
        "the token `{token}` has {count} unused plugs, of at most {max}: activate them, wait until they are removed, or \
         raise `token-unused` in [plugs]"
    )]
    Unused {
        /// The token's name.
        token: String,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// Processor time for compiling.
    #[error(
        "the token `{token}` has used up its {seconds} s of compile time per hour: push again in {retry_after} s, or raise \
         `token-compile-seconds` in [plugs]"
    )]
    CompileTime {
        /// The token's name.
        token: String,
        /// The budget of an hour, in seconds.
        seconds: u64,
        /// When there is some again, in seconds.
        retry_after: u64,
    },
}

impl AdmitError {
    /// Whether another file may be admitted; otherwise it was not the file's doing.
    pub fn is_files_fault(&self) -> bool {
        !matches!(self, Self::Library(_) | Self::Quota(_))
    }
}

/// Why a file cannot be put to work: its own fault, or the library's.
pub(super) enum Trouble {
    File(LoadError),
    Library(LibraryError),
}

impl Trouble {
    /// Of a file that was admitted before.
    pub(super) fn with(self, digest: &Digest) -> LibraryError {
        match self {
            Self::File(LoadError::Start(CallError::Busy)) => LibraryError::Busy,
            Self::File(error) => LibraryError::Unfit { digest: digest.to_string(), error },
            Self::Library(error) => error,
        }
    }
}

impl From<LoadError> for Trouble {
    fn from(error: LoadError) -> Self {
        Self::File(error)
    }
}

impl From<LibraryError> for Trouble {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl From<Trouble> for AdmitError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::File(LoadError::Start(CallError::Busy)) => Self::Library(LibraryError::Busy),
            Trouble::File(error) => Self::Refused(error),
            Trouble::Library(error) => Self::Library(error),
        }
    }
}
