//! Lists stored entries in order of time, in pages. Their keys start with the time.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use serde::Serialize;
use serde_json::Value;

use crate::spin::store::{Store, keys};

/// The size limit of a page, which a single entry may exceed.
const MAX_BYTES: usize = 4 << 20;
/// The minimum number of keys to read at once: the entries of some may be gone.
const SCAN_BATCH: usize = 1_000;

/// Well below the timeout of the caller.
const DELETE_TIMEOUT: Duration = Duration::from_secs(20);

/// The result of a deletion.
#[derive(Serialize)]
pub struct Deleted {
    deleted: usize,
    /// Whether there may be more to delete.
    more: bool,
}

/// Whether a text is a cursor: a time, a colon and an id, or no id for a position before all entries of that time.
pub fn is_cursor(text: &str) -> bool {
    text.split_once(':').is_some_and(|(time, id)| {
        time.len() == 20
            && time.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(id.len(), 0 | 64)
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A list, identified by the prefix of its keys.
pub struct Listing(pub &'static str);

/// A request for a page.
pub struct PageRequest<'a> {
    /// The cursor to continue from; if empty, the start of the list.
    pub after: &'a str,
    /// The maximum number of entries.
    pub limit: usize,
    /// The time, in epoch milliseconds, before which no entry is added; `next` never exceeds it.
    pub settled: u64,
    /// Whether to include entries after `settled`.
    pub fresh: bool,
}

impl Listing {
    /// Returns the key of an entry stored at a time, in epoch milliseconds.
    pub fn key(&self, time: u64, id: &str) -> String {
        format!("{}{time:020}:{id}", self.0)
    }

    /// Returns a page as JSON: `{"<name>": […], "next": "…"}`. `next` is null until there is an entry to continue from.
    ///
    /// `read` returns the entry of a time, an id and a cursor, or `None` if it is gone.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn page(
        &self,
        name: &str,
        page: &PageRequest<'_>,
        read: impl AsyncFn(u64, &str, &str) -> Result<Option<Value>, ApiError>,
    ) -> Result<String, ApiError> {
        let settled = self.key(page.settled, "");
        // A reader that continued from an unsettled entry would miss entries added before it.
        let mut after = format!("{}{}", self.0, page.after).min(settled.clone());
        let mut next = if page.after.is_empty() { String::new() } else { self.cursor(&after).to_owned() };
        let (mut entries, mut shown) = (String::new(), 0);
        'full: loop {
            let keys = keys(self.0, &after, (!page.fresh).then_some(settled.as_str()), SCAN_BATCH.max(page.limit))?;
            for key in &keys {
                let cursor = self.cursor(key);
                let (time, id) = time_and_id(cursor);
                if let Some(entry) = read(time, id, cursor).await? {
                    let entry = entry.to_string();
                    if shown > 0 && entries.len() + entry.len() > MAX_BYTES {
                        break 'full;
                    }
                    entries.push_str(if shown > 0 { "," } else { "" });
                    entries.push_str(&entry);
                    shown += 1;
                }
                if *key < settled {
                    cursor.clone_into(&mut next);
                }
                if shown == page.limit {
                    break 'full;
                }
            }
            let Some(last) = keys.into_iter().next_back() else { break };
            after = last;
        }
        let next = Some(next).filter(|next| !next.is_empty());
        Ok(format!("{{\"{name}\":[{entries}],\"next\":{}}}", Value::from(next)))
    }

    fn cursor<'k>(&self, key: &'k str) -> &'k str {
        key.strip_prefix(self.0).unwrap_or_default()
    }

    /// Deletes up to `limit` entries stored before a time, within 20 seconds. `delete_one` deletes the entry of
    /// a time and an id, except for its key in this list.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn delete(
        &self,
        store: &Store,
        before: u64,
        limit: usize,
        delete_one: impl AsyncFn(u64, &str) -> Result<(), ApiError>,
    ) -> Result<Deleted, ApiError> {
        let keys = keys(self.0, self.0, Some(&self.key(before, "")), limit)?;
        let (until, mut deleted) = (Instant::now() + DELETE_TIMEOUT, 0);
        for key in &keys {
            if Instant::now() > until {
                return Ok(Deleted { deleted, more: true });
            }
            let (time, id) = time_and_id(self.cursor(key));
            delete_one(time, id).await?;
            store.delete(key).await?;
            deleted += 1;
        }
        Ok(Deleted { deleted, more: deleted == limit })
    }
}

fn time_and_id(cursor: &str) -> (u64, &str) {
    let (time, id) = cursor.split_once(':').unwrap_or_default();
    (time.parse().unwrap_or_default(), id)
}
