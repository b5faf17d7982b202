//! Encrypts values within SQL statements, through functions registered on every connection:
//!
//! - `seal(column, value, key…)` encrypts text or bytes.
//! - `unseal(column, encrypted, key…)` decrypts text, and `unseal_bytes` bytes.
//! - `fingerprint(column, value)` is a keyed digest: equal for equal values of a column, and opaque without the host's
//!   key.
//!
//! NULL stays NULL. The column and the row's key are authenticated with the value, so it decrypts nowhere else. A value
//! that does not decrypt becomes a number, which no plain value is: reading it then fails like any damaged record, and
//! only for its own row.

use std::fmt::Write;
use std::sync::Arc;

use cordboard_vault::{Purpose, Vault, VaultError};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error};

use super::fault::{Result, is_unreadable};

/// The host's key, or the reason why it is unusable.
pub(super) type Key = std::result::Result<Arc<Vault>, VaultError>;

/// The result for a value that does not decrypt.
const UNREADABLE: Value = Value::Integer(0);

/// Not callable from triggers and views: those are part of the file, which others may have modified.
const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DIRECTONLY);

/// Registers the functions on a connection. Without a key, they fail with the reason why there is none.
pub(super) fn attach(connection: &Connection, key: &Key) -> Result<()> {
    define(connection, key, "seal", |vault, associated_data, plain| {
        vault.encrypt(Purpose::Records, associated_data, plain).map(Value::Blob).map_err(failed)
    })?;
    define(connection, key, "unseal", |vault, associated_data, encrypted| {
        let plain = vault.decrypt(Purpose::Records, associated_data, encrypted).ok();
        Ok(plain.and_then(|plain| String::from_utf8(plain).ok()).map_or(UNREADABLE, Value::Text))
    })?;
    define(connection, key, "unseal_bytes", |vault, associated_data, encrypted| {
        Ok(vault.decrypt(Purpose::Records, associated_data, encrypted).map_or(UNREADABLE, Value::Blob))
    })?;
    let key = key.clone();
    connection.create_scalar_function("fingerprint", 2, FLAGS, move |arguments| {
        let vault = key.as_ref().map_err(|error| failed(error.clone()))?;
        let (column, value) = (arguments.get_raw(0).as_str()?, arguments.get_raw(1).as_str()?);
        Ok(Value::Blob(vault.mac(&[b"fingerprint", column.as_bytes(), value.as_bytes()])))
    })?;
    Ok(())
}

/// Returns whether the file was encrypted with the connection's key.
pub(super) fn fits(connection: &Connection) -> Result<bool> {
    let proof = "SELECT unseal('host_key.proof', proof, 1) FROM host_key";
    match connection.query_one(proof, [], |row| row.get::<_, String>(0)) {
        Ok(_) => Ok(true),
        Err(Error::QueryReturnedNoRows) => Ok(false),
        Err(error) if is_unreadable(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn define<F>(connection: &Connection, key: &Key, name: &str, function: F) -> Result<()>
where
    F: Fn(&Vault, &str, &[u8]) -> rusqlite::Result<Value> + Send + 'static,
{
    let key = key.clone();
    // The number of arguments varies with the row's key.
    connection.create_scalar_function(name, -1, FLAGS, move |arguments| {
        if arguments.len() < 3 {
            return Err(Error::InvalidParameterCount(arguments.len(), 3));
        }
        let value = match arguments.get_raw(1) {
            ValueRef::Null => return Ok(Value::Null),
            ValueRef::Text(value) | ValueRef::Blob(value) => value,
            number => return Err(Error::InvalidFunctionParameterType(1, number.data_type())),
        };
        let vault = key.as_ref().map_err(|error| failed(error.clone()))?;
        function(vault, &associated_data(arguments)?, value)
    })?;
    Ok(())
}

/// Returns the associated data: column and row key, each prefixed with its length, so that no two places collide.
fn associated_data(arguments: &Context<'_>) -> rusqlite::Result<String> {
    let mut associated_data = String::new();
    for index in (0..arguments.len()).filter(|index| *index != 1) {
        let written = match arguments.get_raw(index) {
            ValueRef::Integer(number) => write!(associated_data, "{number} "),
            part => {
                let part = part.as_str()?;
                write!(associated_data, "{}:{part} ", part.len())
            }
        };
        written.map_err(failed)?;
    }
    Ok(associated_data)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::UserFunctionError(error.into())
}
