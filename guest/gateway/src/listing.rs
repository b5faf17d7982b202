//! A page of what is kept: as much as one answer holds, and where the next one begins.

use serde_json::Value;

/// Beyond it a page is full; the last entry may be longer.
const MOST_BYTES: usize = 4 << 20;

/// How the owner wants it.
pub struct Wanted<'a> {
    /// The cursor to go on from; blank: from the beginning.
    pub after: &'a str,
    /// Entries at most.
    pub limit: usize,
}

/// Entries as JSON, in order.
pub struct Page {
    entries: String,
    next: String,
}

impl Page {
    /// One without entries. While it has none, the next one begins where it did.
    pub fn new(wanted: &Wanted<'_>) -> Self {
        Self { entries: String::new(), next: wanted.after.to_owned() }
    }

    /// Whether nothing more belongs on it.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= MOST_BYTES
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: &Value) {
        if !self.entries.is_empty() {
            self.entries.push(',');
        }
        self.entries.push_str(&entry.to_string());
    }

    /// The next one begins behind this cursor.
    pub fn goes_on_from(&mut self, cursor: &str) {
        cursor.clone_into(&mut self.next);
    }

    /// As JSON: `{"<name>": […], "next": "…"}`; `next` is null where nothing was ever there.
    pub fn json(&self, name: &str) -> String {
        let next = Some(self.next.as_str()).filter(|next| !next.is_empty());
        format!("{{\"{name}\":[{}],\"next\":{}}}", self.entries, Value::from(next))
    }
}
