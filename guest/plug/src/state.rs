//! State that a connection stores between operations.

use cordboard_core::types::effect::{Effect, StateEntry};

use crate::replay::Replay;

/// The connection's state entries, as of the start of the operation.
#[derive(Clone, Copy)]
pub struct State<'a> {
    pub(crate) entries: &'a [StateEntry],
    pub(crate) now: u64,
    pub(crate) replay: &'a Replay<'a>,
}

impl<'a> State<'a> {
    /// Returns the value of a state entry that has not expired. Empty for a captured one.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.expires_at.is_none_or(|at| at > self.now).then_some(entry.value.as_str())
    }

    /// Stores entries, replacing those with the same keys. Visible to later operations, but not to this one.
    pub async fn set(&self, entries: Vec<StateEntry>) {
        self.replay.perform(Effect::SetState(entries)).await;
    }

    /// Deletes the entries with these keys, including captured ones.
    pub async fn delete(&self, keys: &[&str]) {
        self.replay.perform(Effect::DeleteState(keys.iter().map(|key| (*key).to_owned()).collect())).await;
    }
}
