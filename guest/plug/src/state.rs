//! What a connection keeps between operations.

use cordboard_core::types::effect::{Effect, StateEntry};

use crate::replay::Replay;

/// State entries of the connection, as they were when the operation began.
#[derive(Clone, Copy)]
pub struct State<'a> {
    entries: &'a [StateEntry],
    now: u64,
    replay: &'a Replay<'a>,
}

impl<'a> State<'a> {
    pub(crate) fn new(entries: &'a [StateEntry], now: u64, replay: &'a Replay<'a>) -> Self {
        Self { entries, now, replay }
    }

    /// The value of a state entry that has not expired; empty for a captured one.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.expires_at.is_none_or(|at| at > self.now).then_some(entry.value.as_str())
    }

    /// Keeps these; what has the same key is replaced. Later operations see them, this one does not.
    pub async fn set(&self, entries: Vec<StateEntry>) {
        self.replay.perform(Effect::SetState(entries)).await;
    }

    /// Drops the state entries with these keys, captured ones too.
    pub async fn delete(&self, keys: &[&str]) {
        self.replay.perform(Effect::DeleteState(keys.iter().map(|key| (*key).to_owned()).collect())).await;
    }
}
