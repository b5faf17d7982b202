//! Errors of statements, and their messages.

use rusqlite::{Error, ErrorCode, ffi};

use cordboard_store::{StoreError, StoreErrorKind};
use cordboard_vault::VaultError;

/// An error of this implementation. Separate from [`StoreError`] so that nothing else depends on SQLite's errors.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// This implementation refuses the request, or has classified SQLite's error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// SQLite failed.
    #[error(transparent)]
    Engine(#[from] Error),
}

/// The result of a statement.
pub(super) type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// Classifies the error of an INSERT that violated a key.
    pub(super) fn of_insert(self, record: &str) -> Self {
        let Self::Engine(error) = &self else { return self };
        match error.sqlite_extended_error_code() {
            Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => {
                StoreError::conflict(format!("{record} already exists")).into()
            }
            Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
                StoreError::conflict(format!("{record} refers to a record that does not exist")).into()
            }
            _ => self,
        }
    }

    /// Classifies the error of a COMMIT. When the disk fails, the whole transaction may already be in the log, and a
    /// restart may find it there. Until then nobody sees it, and another transaction overwrites it.
    pub(super) fn of_commit(self) -> Self {
        match self {
            Self::Engine(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => {
                classified(StoreErrorKind::Unknown, &error).into()
            }
            other => other,
        }
    }

    /// Returns whether a record exists but cannot be read.
    pub(super) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Engine(error) if is_unreadable(error))
    }
}

/// Returns whether a value exists but cannot be read.
pub(super) fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..))
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        StoreError::rejected(error.to_string()).with_source(error).into()
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Engine(error) => classified(kind(&error), &error),
        }
    }
}

/// Returns the kind of an error outside of a COMMIT. The transaction is then rolled back, so the change did not happen.
fn kind(error: &Error) -> StoreErrorKind {
    match (error, error.sqlite_error_code()) {
        (Error::ToSqlConversionFailure(_), _) => StoreErrorKind::Rejected,
        (_, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) => StoreErrorKind::Rejected,
        (_, Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)) => {
            StoreErrorKind::Rejected
        }
        _ if is_unreadable(error) => StoreErrorKind::Rejected,
        _ => StoreErrorKind::Unavailable,
    }
}

/// Describes an error. Its source is SQLite's code alone, because other parts may quote values.
fn classified(kind: StoreErrorKind, error: &Error) -> StoreError {
    let classified = StoreError::new(kind, message(error));
    match error.sqlite_error() {
        Some(code) => classified.with_source(*code),
        None => classified,
    }
}

/// The message for a full disk.
pub(super) const DISK_FULL: &str = "the disk is full: make room where data-dir is";

/// Describes an error without quoting any value: stored data may be secret, and conversion errors quote it.
fn message(error: &Error) -> String {
    match error {
        Error::FromSqlConversionFailure(column, ..) | Error::InvalidColumnType(column, ..) => {
            return format!("a record cannot be read (column {column} of its query): was the database edited by hand?");
        }
        Error::ToSqlConversionFailure(_) => return "a record cannot be serialized as JSON".to_owned(),
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => DISK_FULL.to_owned(),
        // The log's index cannot grow, which SQLite does not report as a full disk.
        Some(ErrorCode::SystemIoFailure) if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) => {
            DISK_FULL.to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_commit_on_a_failing_disk_may_have_happened() {
        let failed = |code| Fault::Engine(Error::SqliteFailure(ffi::Error::new(code), None));
        let kind = |fault: Fault| StoreError::from(fault).kind();
        assert_eq!(kind(failed(ffi::SQLITE_IOERR_FSYNC).of_commit()), StoreErrorKind::Unknown);
        assert_eq!(kind(failed(ffi::SQLITE_IOERR_FSYNC)), StoreErrorKind::Unavailable);
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY] {
            assert_eq!(kind(failed(code).of_commit()), StoreErrorKind::Unavailable);
        }
        assert_eq!(kind(failed(ffi::SQLITE_CORRUPT).of_commit()), StoreErrorKind::Rejected);
    }
}
