//! Spin's key-value store, and what it promises: a value is written whole, and a counter counts each caller once.

use std::collections::BTreeSet;

use cordboard_core::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use spin_sdk::experimental::wasi::keyvalue::{atomics, store as buckets};
use spin_sdk::key_value::{self, Error};

use super::log::{misconfigured, say};

const LABEL: &str = "default";

/// The store of the application.
pub struct Store(key_value::Store);

impl Store {
    /// Opens it.
    ///
    /// # Errors
    /// Where spin.toml does not let this component have it, or it is down.
    pub async fn open() -> Result<Self, Refusal> {
        key_value::Store::open(LABEL).await.map(Self).map_err(failed)
    }

    /// What is kept under a key.
    ///
    /// # Errors
    /// Where the store fails, or holds what cannot be read.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Refusal> {
        let Some(bytes) = self.0.get(key).await.map_err(failed)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| {
            say(&format!("`{key}` of the key-value store cannot be read (line {}): delete it", error.line()));
            Refusal::Ours("the store holds what cannot be read".to_owned())
        })
    }

    /// Keeps a value, in the place of the one before.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn set(&self, key: &str, value: &impl Serialize) -> Result<(), Refusal> {
        // What has only text for keys can always be written.
        self.0.set(key, serde_json::to_vec(value).unwrap_or_default()).await.map_err(failed)
    }

    /// Whether there is a value.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn has(&self, key: &str) -> Result<bool, Refusal> {
        self.0.exists(key).await.map_err(failed)
    }

    /// Forgets a value.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn delete(&self, key: &str) -> Result<(), Refusal> {
        self.0.delete(key).await.map_err(failed)
    }
}

/// The first keys after `after` that begin so, in order: of all that the store has, since it knows no order itself.
///
/// They are asked for at once and not as a stream: while Spin's SQLite store streams keys it does nothing else, and whoever
/// asks it for something from the same instance waits for ever.
///
/// # Errors
/// Where the store fails.
pub fn keys(prefix: &str, after: &str, most: usize) -> Result<Vec<String>, Refusal> {
    let bucket = buckets::open(LABEL).map_err(refused)?;
    let (mut first, mut cursor) = (BTreeSet::new(), None);
    loop {
        let page = bucket.list_keys(cursor.as_deref()).map_err(refused)?;
        for key in page.keys.into_iter().filter(|key| key.starts_with(prefix) && key.as_str() > after) {
            first.insert(key);
            if first.len() > most {
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
pub fn count(key: &str) -> Result<i64, Refusal> {
    buckets::open(LABEL).and_then(|bucket| atomics::increment(&bucket, key, 1)).map_err(refused)
}

fn refused(error: buckets::Error) -> Refusal {
    match error {
        buckets::Error::AccessDenied | buckets::Error::NoSuchStore => not_given(),
        buckets::Error::Other(_) => down(),
    }
}

fn failed(error: Error) -> Refusal {
    match error {
        Error::AccessDenied | Error::NoSuchStore => not_given(),
        Error::StoreTableFull | Error::Other(_) => down(),
    }
}

fn not_given() -> Refusal {
    misconfigured(&format!(
        "the key-value store `{LABEL}` is not there for this component: add `key_value_stores = [\"{LABEL}\"]` to its \
         part of spin.toml, and name a store of that label in the runtime configuration where it has others"
    ))
}

fn down() -> Refusal {
    say(&format!("the key-value store `{LABEL}` failed: see to it"));
    Refusal::Ours("the store failed".to_owned())
}
