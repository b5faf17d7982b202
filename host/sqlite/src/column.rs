//! Conversions between Rust and SQLite values.

use std::error::Error;
use std::str::FromStr;

use cordboard_core::AccountId;
use cordboard_store::{ConnectionId, OwnerId, spelling};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An unsigned number that is only compared for equality. Stored bit for bit, so any value fits.
pub(super) struct Number(pub u64);

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(|number| Self(number.cast_unsigned()))
    }
}

/// An id, or another value that is stored in its text form.
pub(super) struct Text<T>(pub T);

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(|error: T::Err| FromSqlError::Other(error.into()))
    }
}

/// The account of a record, or none for a record of an app. None is stored as empty text or NULL.
pub(super) struct OptionalAccount(pub Option<AccountId>);

impl FromSql for OptionalAccount {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null | ValueRef::Text(b"") => Ok(Self(None)),
            value => Text::column_result(value).map(|Text(account)| Self(Some(account))),
        }
    }
}

/// Returns the columns `account` and `connection` of an owner.
pub(super) fn owner_columns(owner: &OwnerId) -> (&str, &str) {
    match owner {
        OwnerId::App(app) => ("", app.as_str()),
        OwnerId::Connection(connection) => (connection.account.as_str(), &connection.name),
    }
}

/// Reads an owner from the columns `account` and `connection`, given the index of the first.
pub(super) fn owner(row: &Row<'_>, account: usize) -> rusqlite::Result<OwnerId> {
    let name = account + 1;
    Ok(match row.get::<_, OptionalAccount>(account)? {
        OptionalAccount(Some(account)) => OwnerId::Connection(ConnectionId { account, name: row.get(name)? }),
        OptionalAccount(None) => OwnerId::App(row.get::<_, Text<_>>(name)?.0),
    })
}

/// Reads a connection from the columns `account` and `connection`, given the index of the first.
pub(super) fn connection_id(row: &Row<'_>, account: usize) -> rusqlite::Result<ConnectionId> {
    Ok(ConnectionId { account: row.get::<_, Text<_>>(account)?.0, name: row.get(account + 1)? })
}

/// A time or count, which is also ordered. Values above SQLite's maximum are stored as that maximum.
pub(super) struct Ordered(pub u64);

impl ToSql for Ordered {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Ordered {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(|number| Self(number.cast_unsigned()))
    }
}

/// Converts a length, position or limit.
pub(super) fn count(count: usize) -> Ordered {
    Ordered(u64::try_from(count).unwrap_or(u64::MAX))
}

/// A value stored as JSON text.
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(serde_json::to_string(&self.0).map_err(unwritable)?.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        spelling::read(value.as_str()?).map(Self).map_err(unreadable)
    }
}

/// A unit variant, stored as its name.
pub(super) struct UnitVariant<T>(pub T);

impl<T: Serialize> ToSql for UnitVariant<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0).map_err(unwritable)? {
            Value::String(name) => Ok(name.into()),
            other => Err(rusqlite::Error::ToSqlConversionFailure(format!("{other} is not a unit variant").into())),
        }
    }
}

impl<T: DeserializeOwned> FromSql for UnitVariant<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_value(Value::from(value.as_str()?)).map(Self).map_err(unreadable)
    }
}

fn unwritable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

fn unreadable(error: serde_json::Error) -> FromSqlError {
    FromSqlError::Other(error.into())
}
