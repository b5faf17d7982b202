//! The state that a host stores for a plug.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::resolved_settings::{OutboundKeys, ResolvedSettings};
use crate::rules::effect_fits;
use crate::types::effect::{self, Effect};

/// An entry of plug state, which outlives the operation that set it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StateEntry {
    /// The key.
    pub key: String,
    /// The value; a secret if it was captured.
    pub value: String,
    /// Whether the host captured it from a response, so that plugs see only its key.
    #[serde(rename = "sealed")]
    pub captured: bool,
    /// When the entry expires, in epoch milliseconds; none: never.
    pub expires_at: Option<u64>,
}

impl fmt::Debug for StateEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.captured { "…" } else { &self.value };
        write!(formatter, "StateEntry({} = {value}, expires {:?})", self.key, self.expires_at)
    }
}

/// An entry that a plug set.
impl From<effect::StateEntry> for StateEntry {
    fn from(effect::StateEntry { key, value, expires_at }: effect::StateEntry) -> Self {
        Self { key, value, captured: false, expires_at }
    }
}

/// The state of a plug during an operation.
#[derive(Default)]
pub struct PlugState {
    entries: Vec<StateEntry>,
    /// Captured values that the operation replaced or deleted.
    retired: Vec<String>,
    /// How many of `retired` are journaled.
    journaled: usize,
    /// The number of bytes that an interrupted run of the operation captured.
    pub(super) captured_bytes: usize,
    is_changed: bool,
}

impl PlugState {
    /// Creates the state with these entries.
    pub fn new(entries: Vec<StateEntry>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Restores what an interrupted run of the operation passed to [`Journal::captured`](super::Journal::captured).
    pub fn restore(&mut self, retired: Vec<String>, captured_bytes: usize) {
        self.retired.extend(retired);
        self.journaled = self.retired.len();
        self.captured_bytes = self.captured_bytes.saturating_add(captured_bytes);
    }

    /// Returns the current entries.
    pub fn entries(&self) -> &[StateEntry] {
        &self.entries
    }

    /// Returns whether entries were set or deleted.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Returns the entries as the plug sees them: captured ones without their values.
    pub fn shown(&self) -> Vec<effect::StateEntry> {
        let shown = |entry: &StateEntry| effect::StateEntry {
            key: entry.key.clone(),
            value: if entry.captured { String::new() } else { entry.value.clone() },
            expires_at: entry.expires_at,
        };
        self.entries.iter().map(shown).collect()
    }

    /// Returns the secrets that may be inserted into requests: those among `settings`, and the captured values. Captured
    /// values that the operation replaced or deleted are still redacted, because a response may still contain them.
    pub fn outbound_keys<'a>(&'a self, settings: &'a ResolvedSettings) -> OutboundKeys<'a> {
        let captured = self.entries.iter().filter(|entry| entry.captured);
        let captured = captured.map(|entry| (entry.key.as_str(), entry.value.as_str())).collect();
        OutboundKeys { settings, captured, retired: &self.retired }
    }

    /// Returns whether there is room for the entries that an effect adds.
    pub(super) fn fits(&self, effect: &Effect) -> bool {
        effect_fits(self.entries.iter().map(|entry| entry.key.as_str()), effect)
    }

    /// Returns the retired values that are not journaled yet. From now on they count as journaled.
    pub(super) fn newly_retired(&mut self) -> &[String] {
        let journaled = std::mem::replace(&mut self.journaled, self.retired.len());
        self.retired.get(journaled..).unwrap_or_default()
    }

    /// Sets an entry, replacing one with the same key.
    pub(super) fn set(&mut self, entry: StateEntry) {
        self.remove(|stored| stored.key == entry.key);
        self.entries.push(entry);
    }

    /// Removes entries.
    pub(super) fn remove(&mut self, which: impl Fn(&StateEntry) -> bool) {
        self.is_changed = true;
        let removed = self.entries.extract_if(.., |entry| which(entry)).filter(|entry| entry.captured);
        self.retired.extend(removed.map(|entry| entry.value));
    }
}

impl From<Vec<effect::StateEntry>> for PlugState {
    fn from(entries: Vec<effect::StateEntry>) -> Self {
        Self::new(entries.into_iter().map(StateEntry::from).collect())
    }
}
