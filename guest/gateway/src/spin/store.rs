//! Accesses Spin's key-value store. It guarantees that a value is written as a whole and that counters are atomic.

use std::collections::BTreeSet;
use std::time::Duration;

use cordboard_core::api_error::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use spin_sdk::experimental::wasi::keyvalue::{atomics, batch, store as buckets};
use spin_sdk::key_value::{self, Error};

use super::clock::within;
use super::log::{misconfigured, warn};

const LABEL: &str = "default";
/// The time limit of one call. Calls to a [`buckets::Bucket`] block the whole instance, so they cannot have one.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// The application's store.
pub struct Store(key_value::Store);

impl Store {
    /// Opens the store.
    ///
    /// # Errors
    /// Returns an error if spin.toml does not grant it to this component, or it is down.
    pub async fn open() -> Result<Self, ApiError> {
        in_time(key_value::Store::open(LABEL), ApiError::Unavailable).await.map(Self)
    }

    /// Returns the value of a key.
    ///
    /// # Errors
    /// Returns an error if the store fails or the value cannot be parsed.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        let unreadable = || ApiError::Unavailable("the store holds an unreadable value".to_owned());
        match in_time(self.0.get(key), ApiError::Unavailable).await? {
            Some(bytes) => from_json(key, &bytes).ok_or_else(unreadable).map(Some),
            None => Ok(None),
        }
    }

    /// Returns the value of a key for a list, which must not fail at an unreadable value: that is logged and skipped.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn get_readable<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        Ok(in_time(self.0.get(key), ApiError::Unavailable).await?.and_then(|bytes| from_json(key, &bytes)))
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// Returns an error if the store fails. The value may then be set.
    pub async fn set(&self, key: &str, value: &impl Serialize) -> Result<(), ApiError> {
        in_time(self.0.set(key, to_json(value)), ApiError::OutcomeUnknown).await
    }

    /// Whether a key has a value.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn has(&self, key: &str) -> Result<bool, ApiError> {
        in_time(self.0.exists(key), ApiError::Unavailable).await
    }

    /// Deletes the value of a key.
    ///
    /// # Errors
    /// Returns an error if the store fails. The value may then be deleted.
    pub async fn delete(&self, key: &str) -> Result<(), ApiError> {
        in_time(self.0.delete(key), ApiError::OutcomeUnknown).await
    }
}

/// Sets two values. Spin's SQLite and Redis stores write both or neither; another store may fail after writing one.
///
/// # Errors
/// Returns an error if the store fails. Values may then be set.
pub fn set_both(first: (&str, &impl Serialize), second: (&str, &impl Serialize)) -> Result<(), ApiError> {
    let values = [(first.0.to_owned(), to_json(first.1)), (second.0.to_owned(), to_json(second.1))];
    batch::set_many(&bucket()?, &values).map_err(|error| refused(error, ApiError::OutcomeUnknown))
}

/// Returns the first keys with a prefix, after `after` and before `before`, in order. Reads all keys of the store,
/// which does not order them.
///
/// Does not use Spin's stream of keys: while the SQLite store streams keys it serves nothing else, so another call
/// from the same instance would deadlock.
///
/// # Errors
/// Returns an error if the store fails.
pub fn keys(prefix: &str, after: &str, before: Option<&str>, limit: usize) -> Result<Vec<String>, ApiError> {
    let bucket = bucket()?;
    let is_in_range = |key: &str| key.starts_with(prefix) && key > after && before.is_none_or(|before| key < before);
    let (mut first, mut cursor) = (BTreeSet::new(), None);
    loop {
        let page = bucket.list_keys(cursor.as_deref()).map_err(|error| refused(error, ApiError::Unavailable))?;
        for key in page.keys.into_iter().filter(|key| is_in_range(key)) {
            first.insert(key);
            if first.len() > limit {
                first.pop_last();
            }
        }
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(first.into_iter().collect());
        }
    }
}

/// Increments a counter and returns its new value. No two callers get the same value, even across instances.
///
/// # Errors
/// Returns an error if the store fails or has no counters. The counter may then be incremented, which loses nothing.
pub fn count(key: &str) -> Result<i64, ApiError> {
    atomics::increment(&bucket()?, key, 1).map_err(|error| refused(error, ApiError::Unavailable))
}

fn bucket() -> Result<buckets::Bucket, ApiError> {
    buckets::open(LABEL).map_err(|error| refused(error, ApiError::Unavailable))
}

/// The error for a failed call: [`ApiError::OutcomeUnknown`] if it may have written something, otherwise
/// [`ApiError::Unavailable`].
type Failed = fn(String) -> ApiError;

async fn in_time<T>(call: impl Future<Output = Result<T, Error>>, failed: Failed) -> Result<T, ApiError> {
    match within(CALL_TIMEOUT, call).await {
        Some(Ok(value)) => Ok(value),
        Some(Err(Error::AccessDenied | Error::NoSuchStore)) => Err(not_granted()),
        Some(Err(Error::StoreTableFull | Error::Other(_))) => Err(down("failed", failed)),
        None => Err(down("does not answer", failed)),
    }
}

fn refused(error: buckets::Error, failed: Failed) -> ApiError {
    match error {
        buckets::Error::AccessDenied | buckets::Error::NoSuchStore => not_granted(),
        buckets::Error::Other(_) => down("failed", failed),
    }
}

/// Serializes a value. This cannot fail, because all map keys are strings.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn from_json<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Option<T> {
    let value = serde_json::from_slice(bytes);
    value.inspect_err(|_| warn(&format!("the value of `{key}` in the key-value store is unreadable: delete it"))).ok()
}

fn not_granted() -> ApiError {
    misconfigured(&format!(
        "this component has no access to the key-value store `{LABEL}`: add `key_value_stores = [\"{LABEL}\"]` to it \
         in spin.toml, and if the runtime configuration defines stores, define one with that label"
    ))
}

fn down(how: &str, failed: Failed) -> ApiError {
    warn(&format!("the key-value store `{LABEL}` {how}: check that it is up"));
    failed(format!("the store {how}"))
}
