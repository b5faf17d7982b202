//! What a connection keeps between operations.

use cordboard_core::types::effect::{Effect, Memo};

use crate::replay::Replay;

/// Memos of the connection, as they were when the operation began.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    memos: &'a [Memo],
    now: u64,
    replay: &'a Replay<'a>,
}

impl<'a> Memory<'a> {
    pub(crate) fn new(memos: &'a [Memo], now: u64, replay: &'a Replay<'a>) -> Self {
        Self { memos, now, replay }
    }

    /// The value of a memo that has not expired; empty for a sealed one.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let memo = self.memos.iter().find(|memo| memo.key == key)?;
        memo.expires_at.is_none_or(|at| at > self.now).then_some(memo.value.as_str())
    }

    /// Keeps these; what has the same key is replaced. Later operations see them, this one does not.
    pub async fn remember(&self, memos: Vec<Memo>) {
        self.replay.perform(Effect::Remember(memos)).await;
    }

    /// Drops the memos with these keys, sealed ones too.
    pub async fn forget(&self, keys: &[&str]) {
        self.replay.perform(Effect::Forget(keys.iter().map(|key| (*key).to_owned()).collect())).await;
    }
}
