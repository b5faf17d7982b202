//! What is kept in the order of time: keys that begin with a time, and pages of what they stand for.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use serde::Serialize;
use serde_json::Value;

use crate::spin::store::{Store, keys};

/// An answer holds no more, unless one entry alone does.
const MAX_BYTES: usize = 4 << 20;
/// Keys that are looked at together: some may stand for nothing any more.
const SCAN_BATCH: usize = 1_000;

/// Well before whoever asked gives up.
const DELETE_TIMEOUT: Duration = Duration::from_secs(20);

/// How much was forgotten.
#[derive(Serialize)]
pub struct Deleted {
    deleted: usize,
    /// Whether there may be more.
    more: bool,
}

/// Whether a text is a place in a list: a time and, but at its end, an id.
pub fn is_cursor(text: &str) -> bool {
    text.split_once(':').is_some_and(|(time, id)| {
        time.len() == 20
            && time.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(id.len(), 0 | 64)
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A list, by the beginning of its keys.
pub struct Listing(pub &'static str);

/// Which page the operator wants.
pub struct PageRequest<'a> {
    /// The cursor to go on from; blank: from the beginning.
    pub after: &'a str,
    /// Entries at most.
    pub limit: usize,
    /// Epoch milliseconds: before it nothing is added any more. The next page does not begin later.
    pub settled: u64,
    /// Whether what is younger is shown, too.
    pub fresh: bool,
}

impl Listing {
    /// The key of something that was kept at a time, in epoch milliseconds.
    pub fn key(&self, time: u64, id: &str) -> String {
        format!("{}{time:020}:{id}", self.0)
    }

    /// A page as JSON: `{"<name>": […], "next": "…"}`, where `next` is null while nothing was ever there. `read` gives
    /// the entry of a time, an id and a cursor; none where there is none any more.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn page(
        &self,
        name: &str,
        page: &PageRequest<'_>,
        read: impl AsyncFn(u64, &str, &str) -> Result<Option<Value>, ApiError>,
    ) -> Result<String, ApiError> {
        let settled = self.key(page.settled, "");
        // Whoever goes on from one that was fresh would miss what is added before it.
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

    /// Forgets what was kept before a time, at most a number of things and for some seconds. `delete` deletes that of a
    /// time and an id, the key in this list apart.
    ///
    /// # Errors
    /// Where the store fails.
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
