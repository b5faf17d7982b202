//! Spin's key-value store, and what it promises: a value is written whole, and a counter counts each caller once.

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
/// For one call. What is asked of a [`buckets::Bucket`] stops the whole instance meanwhile, so nothing can end that.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// The store of the application.
pub struct Store(key_value::Store);

impl Store {
    /// Opens it.
    ///
    /// # Errors
    /// Where spin.toml does not let this component have it, or it is down.
    pub async fn open() -> Result<Self, ApiError> {
        in_time(key_value::Store::open(LABEL)).await.map(Self)
    }

    /// What is kept under a key.
    ///
    /// # Errors
    /// Where the store fails, or holds what cannot be read.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        let unreadable = || ApiError::Unavailable("the store holds what cannot be read".to_owned());
        match in_time(self.0.get(key)).await? {
            Some(bytes) => from_json(key, &bytes).ok_or_else(unreadable).map(Some),
            None => Ok(None),
        }
    }

    /// The same for a list, which does not end at what cannot be read: that is named in the log, and none.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn get_readable<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ApiError> {
        Ok(in_time(self.0.get(key)).await?.and_then(|bytes| from_json(key, &bytes)))
    }

    /// Keeps a value, in the place of the one before.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn set(&self, key: &str, value: &impl Serialize) -> Result<(), ApiError> {
        in_time(self.0.set(key, to_json(value))).await
    }

    /// Whether there is a value.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn has(&self, key: &str) -> Result<bool, ApiError> {
        in_time(self.0.exists(key)).await
    }

    /// Forgets a value.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn delete(&self, key: &str) -> Result<(), ApiError> {
        in_time(self.0.delete(key)).await
    }
}

/// Keeps two values. Spin's SQLite and Redis keep both or neither; where another store fails, one of them may be kept.
///
/// # Errors
/// Where the store fails.
pub fn set_both(first: (&str, &impl Serialize), second: (&str, &impl Serialize)) -> Result<(), ApiError> {
    let values = [(first.0.to_owned(), to_json(first.1)), (second.0.to_owned(), to_json(second.1))];
    buckets::open(LABEL).and_then(|bucket| batch::set_many(&bucket, &values)).map_err(refused)
}

/// The first keys that begin so, after `after` and before `before`, in order: of all that the store has, since it knows no
/// order itself.
///
/// They are asked for at once and not as a stream: while Spin's SQLite store streams keys it does nothing else, and whoever
/// asks it for something from the same instance waits for ever.
///
/// # Errors
/// Where the store fails.
pub fn keys(prefix: &str, after: &str, before: Option<&str>, limit: usize) -> Result<Vec<String>, ApiError> {
    let bucket = buckets::open(LABEL).map_err(refused)?;
    let wanted = |key: &str| key.starts_with(prefix) && key > after && before.is_none_or(|before| key < before);
    let (mut first, mut cursor) = (BTreeSet::new(), None);
    loop {
        let page = bucket.list_keys(cursor.as_deref()).map_err(refused)?;
        for key in page.keys.into_iter().filter(|key| wanted(key)) {
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

/// Counts a counter up; the number that it then has. No two callers get the same one, in whatever instance they are.
///
/// # Errors
/// Where the store fails, or has no counters.
pub fn count(key: &str) -> Result<i64, ApiError> {
    buckets::open(LABEL).and_then(|bucket| atomics::increment(&bucket, key, 1)).map_err(refused)
}

async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, ApiError> {
    match within(CALL_TIMEOUT, asked).await {
        Some(Ok(value)) => Ok(value),
        Some(Err(Error::AccessDenied | Error::NoSuchStore)) => Err(not_granted()),
        Some(Err(Error::StoreTableFull | Error::Other(_))) => Err(down("failed")),
        None => Err(down("does not answer")),
    }
}

fn refused(error: buckets::Error) -> ApiError {
    match error {
        buckets::Error::AccessDenied | buckets::Error::NoSuchStore => not_granted(),
        buckets::Error::Other(_) => down("failed"),
    }
}

/// What has only text for keys can always be written.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn from_json<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Option<T> {
    let value = serde_json::from_slice(bytes);
    value.inspect_err(|_| warn(&format!("`{key}` of the key-value store cannot be read: delete it"))).ok()
}

fn not_granted() -> ApiError {
    misconfigured(&format!(
        "the key-value store `{LABEL}` is not there for this component: add `key_value_stores = [\"{LABEL}\"]` to its \
         part of spin.toml, and name a store of that label in the runtime configuration where it has others"
    ))
}

fn down(how: &str) -> ApiError {
    warn(&format!("the key-value store `{LABEL}` {how}: see to it"));
    ApiError::Unavailable(format!("the store {how}"))
}
