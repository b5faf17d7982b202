//! What is kept in the order of time: keys that begin with a time, and pages of what they stand for.

use cordboard_core::refusal::Refusal;
use serde_json::Value;

use crate::spin::store::{Store, keys};

/// An answer holds no more, unless one entry alone does.
const MOST_BYTES: usize = 4 << 20;
/// Keys that are looked at together: some may stand for nothing any more.
const AT_ONCE: usize = 1_000;

/// A list, by the beginning of its keys.
pub struct Listing(pub &'static str);

/// Which page the owner wants.
pub struct Wanted<'a> {
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
        wanted: &Wanted<'_>,
        read: impl AsyncFn(u64, &str, &str) -> Result<Option<Value>, Refusal>,
    ) -> Result<String, Refusal> {
        let settled = self.key(wanted.settled, "");
        let (mut entries, mut shown, mut next) = (String::new(), 0, wanted.after.to_owned());
        // Whoever goes on from one that was fresh would miss what is added before it.
        let mut after = format!("{}{}", self.0, wanted.after).min(settled.clone());
        'full: loop {
            let keys = keys(self.0, &after, (!wanted.fresh).then_some(settled.as_str()), AT_ONCE.max(wanted.limit))?;
            for key in &keys {
                let cursor = key.strip_prefix(self.0).unwrap_or_default();
                let (time, id) = cursor.split_once(':').unwrap_or_default();
                if let Some(entry) = read(time.parse().unwrap_or_default(), id, cursor).await? {
                    let entry = entry.to_string();
                    if shown > 0 && entries.len() + entry.len() > MOST_BYTES {
                        break 'full;
                    }
                    entries.push_str(if shown > 0 { "," } else { "" });
                    entries.push_str(&entry);
                    shown += 1;
                }
                if *key < settled {
                    cursor.clone_into(&mut next);
                }
                if shown == wanted.limit {
                    break 'full;
                }
            }
            let Some(last) = keys.into_iter().next_back() else { break };
            after = last;
        }
        let next = Some(next).filter(|next| !next.is_empty());
        Ok(format!("{{\"{name}\":[{entries}],\"next\":{}}}", Value::from(next)))
    }

    /// Forgets what was kept before a time, at most a number of things; how many. `delete` deletes that of a time and an
    /// id, the key in this list apart.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn forget(
        &self,
        store: &Store,
        before: u64,
        most: usize,
        delete: impl AsyncFn(u64, &str) -> Result<(), Refusal>,
    ) -> Result<usize, Refusal> {
        let forgotten = keys(self.0, self.0, Some(&self.key(before, "")), most)?;
        for key in &forgotten {
            let (time, id) = key.strip_prefix(self.0).and_then(|rest| rest.split_once(':')).unwrap_or_default();
            delete(time.parse().unwrap_or_default(), id).await?;
            store.delete(key).await?;
        }
        Ok(forgotten.len())
    }
}
