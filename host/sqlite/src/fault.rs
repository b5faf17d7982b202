//! Errors of statements, and their messages.

use rusqlite::{Error, ErrorCode, ffi};

use cordboard_store::StoreError;

/// An error of this implementation. Separate from [`StoreError`] so that nothing else depends on SQLite's errors.
#[derive(Debug)]
pub(super) enum Fault {
    /// The request conflicts with the stored data; a sentence.
    Refused(String),
    /// SQLite failed.
    Engine(Error),
}

/// The result of a statement.
pub(super) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// Classifies the error of an INSERT that violated a key; `what` names the record.
    pub(super) fn of_insert(error: Error, what: &str) -> Self {
        match error.sqlite_extended_error_code() {
            Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => {
                Self::Refused(format!("{what} already exists"))
            }
            Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
                Self::Refused(format!("{what} refers to a record that does not exist"))
            }
            _ => Self::Engine(error),
        }
    }
}

impl Fault {
    /// Returns whether a record exists but cannot be read.
    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Engine(error) if is_unreadable(error))
    }
}

/// Returns whether a value exists but cannot be read.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..))
}

/// Collects the records of a query. Logs and skips a record that cannot be read, so that it does not hide the others.
pub(super) fn readable<T>(table: &str, found: impl Iterator<Item = rusqlite::Result<T>>) -> Result<Vec<T>> {
    let mut records = Vec::new();
    for record in found {
        match record {
            Ok(record) => records.push(record),
            Err(error) if is_unreadable(&error) => {
                tracing::error!(table, "record cannot be read; skipping it");
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

/// The message for a full disk.
pub(super) const FULL: &str = "the disk is full: make room where data-dir is";

/// Describes an error without quoting any value: stored data may be secret, and conversion errors quote it.
fn sentence(error: &Error) -> String {
    match error {
        Error::FromSqlConversionFailure(column, ..) | Error::InvalidColumnType(column, ..) => {
            return format!("a record cannot be read (column {column} of its query): was the database edited by hand?");
        }
        Error::ToSqlConversionFailure(_) => return "a record cannot be serialized as JSON".to_owned(),
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => FULL.to_owned(),
        // The log's index cannot grow, which SQLite does not report as a full disk.
        Some(ErrorCode::SystemIoFailure) if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            FULL.to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "cordboard.db is locked by another process: stop whatever else writes to it".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk fails to read or write: check it ({error})"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            format!("cannot open the files in data-dir: let this user read and write all of them ({error})")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            format!("cordboard.db is damaged: restore it from a backup ({error})")
        }
        _ => error.to_string(),
    }
}
