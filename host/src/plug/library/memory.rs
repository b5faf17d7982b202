//! The plugs that are in memory: one for each digest, whoever has it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::digest::Digest;
use crate::plug::Plug;

/// Plugs by digest.
#[derive(Default)]
pub(super) struct Memory {
    entries: Mutex<HashMap<Digest, Arc<Mutex<Held>>>>,
}

/// The place of a plug. Whoever has it locked brings the plug there, and others wait.
pub(super) struct Held {
    plug: Option<Plug>,
    /// How many calls it had when it was looked at last.
    calls: u64,
    /// Since when it has had no more.
    since: Instant,
}

/// A lock whose holder broke off has nothing half done under it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Held {
    pub(super) fn plug(&self) -> Option<Plug> {
        self.plug.clone()
    }

    pub(super) fn hold(&mut self, plug: Plug) -> Plug {
        self.plug = Some(plug.clone());
        plug
    }

    /// For how long the plug was not called, as far as it was looked at.
    fn rested(&mut self, calls: u64) -> Duration {
        if calls != self.calls {
            (self.calls, self.since) = (calls, Instant::now());
        }
        self.since.elapsed()
    }
}

impl Memory {
    /// The place of a plug.
    pub(super) fn entry(&self, digest: &Digest) -> Arc<Mutex<Held>> {
        let empty = || Arc::new(Mutex::new(Held { plug: None, calls: 0, since: Instant::now() }));
        Arc::clone(lock(&self.entries).entry(digest.clone()).or_insert_with(empty))
    }

    /// Forgets a plug that nobody has, after `remove`, before anybody can ask for it again. False where it is in use.
    pub(super) fn retire<E>(&self, digest: &Digest, remove: impl FnOnce() -> Result<(), E>) -> Result<bool, E> {
        let mut entries = lock(&self.entries);
        let unused = entries
            .get(digest)
            .is_none_or(|entry| is_at_rest(entry) && lock(entry).plug.as_ref().is_none_or(Plug::is_only_one));
        if unused {
            remove()?;
            entries.remove(digest);
        }
        Ok(unused)
    }

    /// Puts away the code of plugs that rested for `idle`, as long as more than `most_loaded` have theirs here, and
    /// forgets plugs that nobody has.
    pub(super) fn evict(&self, idle: Duration, most_loaded: usize) -> usize {
        let (mut loaded, mut unused) = (Vec::new(), Vec::new());
        lock(&self.entries).retain(|_, entry| {
            if !is_at_rest(entry) {
                return true;
            }
            let mut held = lock(entry);
            // Nothing came of it.
            let Some(plug) = held.plug.take() else { return false };
            let rested = held.rested(plug.calls());
            if rested >= idle && plug.is_only_one() {
                unused.push(plug);
                return false;
            }
            if plug.is_loaded() {
                loaded.push((rested, plug.clone()));
            }
            held.plug = Some(plug);
            true
        });
        loaded.sort_by_key(|(rested, _)| Reverse(*rested));
        let excess = loaded.len().saturating_sub(most_loaded);
        let idle = loaded.iter().take(excess).filter(|(rested, _)| *rested >= idle);
        idle.filter(|(_, plug)| plug.unload()).count() + unused.len()
    }

    /// Whether a plug has its code here.
    pub(super) fn has_code(&self, digest: &Digest) -> bool {
        let entry = lock(&self.entries).get(digest).cloned();
        entry.and_then(|entry| lock(&entry).plug()).is_some_and(|plug| plug.is_loaded())
    }

    /// How many plugs have their code here.
    pub(super) fn loaded(&self) -> usize {
        let entries: Vec<_> = lock(&self.entries).values().cloned().collect();
        // One whose place is locked is on its way.
        let plugs = entries.iter().filter_map(|entry| entry.try_lock().ok()?.plug());
        plugs.filter(Plug::is_loaded).count()
    }
}

/// Whether nobody is about to bring a plug there. To be asked while no place can be given out.
fn is_at_rest(entry: &Arc<Mutex<Held>>) -> bool {
    Arc::strong_count(entry) == 1
}
