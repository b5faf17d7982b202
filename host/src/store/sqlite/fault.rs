//! Why a statement did not do what was asked.

use rusqlite::{Error, ErrorCode, ffi};

use crate::store::StoreError;

/// Kept apart from [`StoreError`] so that only this engine's code knows SQLite's errors.
#[derive(Debug)]
pub(super) enum Fault {
    /// What was asked does not fit what is kept: a sentence.
    Refused(String),
    /// SQLite could not.
    Engine(Error),
}

/// A result within this engine.
pub(super) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// The refusal of an INSERT that broke a key, where it did; `what` names the record.
    pub(super) fn of_insert(error: Error, what: &str) -> Self {
        match error.sqlite_extended_error_code() {
            Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => {
                Self::Refused(format!("{what} is there already"))
            }
            Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::Refused(format!("{what} belongs to none that is kept")),
            _ => Self::Engine(error),
        }
    }
}

impl Fault {
    /// Whether a record is there and cannot be read back.
    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Engine(error) if is_unreadable(error))
    }
}

/// Whether a value is there and is none that can be read.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..))
}

/// The records that a question found. One that cannot be read back is told, and does not keep the others from being read.
pub(super) fn readable<T>(what: &str, found: impl Iterator<Item = rusqlite::Result<T>>) -> Result<Vec<T>> {
    let mut records = Vec::new();
    for record in found {
        match record {
            Ok(record) => records.push(record),
            Err(error) if is_unreadable(&error) => {
                tracing::error!(what, "a record cannot be read back, so it counts as not there");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(records)
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(why) => Self(why),
            Fault::Engine(error) => Self(sentence(&error)),
        }
    }
}

/// What to do about a full disk.
pub(super) const FULL: &str = "its disk is full: make room where data-dir is";

/// Never with a value in it: what is kept may be secret, and conversions quote what they could not read.
fn sentence(error: &Error) -> String {
    match error {
        Error::FromSqlConversionFailure(column, ..) | Error::InvalidColumnType(column, ..) => {
            return format!(
                "a record cannot be read back (column {column} of its query): was the file changed by hand?"
            );
        }
        Error::ToSqlConversionFailure(_) => return "a record cannot be written as JSON".to_owned(),
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => FULL.to_owned(),
        // The index of the log cannot grow, which SQLite does not call a full disk.
        Some(ErrorCode::SystemIoFailure) if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            FULL.to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "its file is held by another process: end whatever else writes to cordboard.db".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => format!("its disk does not read or write: check it ({error})"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            format!("its files cannot be opened: give this user data-dir and all in it ({error})")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            format!("cordboard.db is damaged: restore it from a backup ({error})")
        }
        _ => error.to_string(),
    }
}
