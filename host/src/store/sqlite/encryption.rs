//! Sealing within statements, by functions that each connection of ours has:
//!
//! - `seal(column, value, key…)`: a text or bytes, sealed;
//! - `unseal(column, encrypted, key…)`: the text; `unseal_bytes`: the bytes;
//! - `fingerprint(column, value)`: equal for equal values of a column, and tells nothing of them without the host's key.
//!
//! NULL stays NULL. The column and the key of the row are sealed in with a value, so that it is read nowhere else. What
//! cannot be unsealed comes out as a number, which nothing that is sealed is: reading it fails as that of a spoilt record
//! does, in its row alone.

use std::fmt::Write;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error};

use super::fault::{Result, is_unreadable};
use crate::vault::{Purpose, Vault, VaultError};

/// The host's key, or why there is none that can be used.
pub(super) type Key = std::result::Result<Arc<Vault>, VaultError>;

/// In place of what cannot be unsealed.
const UNREADABLE: Value = Value::Integer(0);

/// Not from triggers and views: those are part of the file, which others may have changed.
const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DIRECTONLY);

/// Gives a connection the functions. Where there is no key, they fail with the sentence that says why.
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

/// Whether the file was sealed with the key that its connection was given.
pub(super) fn fits(connection: &Connection) -> Result<bool> {
    let proof = "SELECT unseal('host_key.proof', proof, 1) FROM host_key";
    match connection.query_one(proof, [], |row| row.get::<_, String>(0)) {
        Ok(_) => Ok(true),
        Err(Error::QueryReturnedNoRows) => Ok(false),
        Err(error) if is_unreadable(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Why a key that does not fit is of no use.
pub(super) fn foreign() -> VaultError {
    VaultError(
        "cordboard.db was sealed with another key than its host.key: put back the host.key that belongs to this data \
         directory, from a backup for instance"
            .to_owned(),
    )
}

fn define<F>(connection: &Connection, key: &Key, name: &str, function: F) -> Result<()>
where
    F: Fn(&Vault, &str, &[u8]) -> rusqlite::Result<Value> + Send + 'static,
{
    let key = key.clone();
    // Keys of rows have different lengths.
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

/// Where a value stands: column and key, each behind its length, so that no two places read alike.
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
