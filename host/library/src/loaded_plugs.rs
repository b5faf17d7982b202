//! The plugs in memory: one for each digest, shared by all its users.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cordboard_runtime::Plug;

use super::digest::Digest;

/// The plugs in memory by digest.
pub(super) struct LoadedPlugs {
    entries: Mutex<HashMap<Digest, Arc<Mutex<Entry>>>>,
    /// Limit for the code and data of all plugs, in bytes.
    max_bytes: u64,
}

/// The entry of a plug. It is locked while the plug is being loaded, so that others wait.
pub(super) struct Entry {
    plug: Option<Plug>,
    /// The plug's call count when it last changed.
    calls: u64,
    /// When the call count was last seen to change.
    since: Instant,
}

/// Locks a mutex even if it is poisoned, since no panic leaves these data in an inconsistent state.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Entry {
    pub(super) fn plug(&self) -> Option<Plug> {
        self.plug.clone()
    }

    pub(super) fn set(&mut self, plug: Plug) -> Plug {
        self.plug = Some(plug.clone());
        plug
    }

    /// How long the plug has been idle, measured between calls of this function.
    fn idle_for(&mut self, calls: u64) -> Duration {
        if calls != self.calls {
            (self.calls, self.since) = (calls, Instant::now());
        }
        self.since.elapsed()
    }
}

impl LoadedPlugs {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self { entries: Mutex::default(), max_bytes }
    }

    /// The entry of a plug, created if missing.
    pub(super) fn entry(&self, digest: &Digest) -> Arc<Mutex<Entry>> {
        let empty = || Arc::new(Mutex::new(Entry { plug: None, calls: 0, since: Instant::now() }));
        Arc::clone(lock(&self.entries).entry(digest.clone()).or_insert_with(empty))
    }

    /// Drops a plug that has no other users, after calling `remove`, and blocks new requests for it until then. Returns
    /// false if the plug is in use.
    pub(super) fn retire<E>(&self, digest: &Digest, remove: impl FnOnce() -> Result<(), E>) -> Result<bool, E> {
        let mut entries = lock(&self.entries);
        let unused = entries
            .get(digest)
            .is_none_or(|entry| is_unshared(entry) && lock(entry).plug.as_ref().is_none_or(Plug::is_only_one));
        if unused {
            remove()?;
            entries.remove(digest);
        }
        Ok(unused)
    }

    /// Unloads plugs that have been idle for `idle` while more than `max_loaded` are loaded, and drops idle plugs that
    /// have no other users. Returns how many.
    pub(super) fn evict(&self, idle: Duration, max_loaded: usize) -> usize {
        let (mut loaded, mut unused) = (Vec::new(), Vec::new());
        lock(&self.entries).retain(|_, entry| {
            if !is_unshared(entry) {
                return true;
            }
            let mut locked = lock(entry);
            // Loading it failed.
            let Some(plug) = locked.plug.take() else { return false };
            let idle_for = locked.idle_for(plug.calls());
            if idle_for >= idle && plug.is_only_one() {
                unused.push(plug);
                return false;
            }
            if plug.is_loaded() {
                loaded.push((idle_for, plug.clone()));
            }
            locked.plug = Some(plug);
            true
        });
        loaded.sort_by_key(|(idle_for, _)| Reverse(*idle_for));
        let excess = loaded.len().saturating_sub(max_loaded);
        let idle = loaded.iter().take(excess).filter(|(idle_for, _)| *idle_for >= idle);
        idle.filter(|(_, plug)| plug.unload()).count() + unused.len()
    }

    /// Unloads plugs until `incoming` more bytes fit or nothing is left to unload, and returns how many. Plugs without
    /// other users go first, then the least recently called. Calls in progress keep their code until they end.
    pub(super) fn make_room(&self, incoming: u64) -> usize {
        let (mut total, mut loaded) = (incoming, Vec::new());
        for entry in lock(&self.entries).values() {
            // A locked entry is being loaded, and will make room itself.
            let Ok(mut locked) = entry.try_lock() else { continue };
            let Some(plug) = locked.plug.as_ref().filter(|plug| plug.is_loaded()) else { continue };
            let (is_shared, calls, plug) = (!plug.is_only_one(), plug.calls(), plug.clone());
            total = total.saturating_add(plug.code_bytes());
            loaded.push((is_shared, Reverse(locked.idle_for(calls)), plug));
        }
        if total <= self.max_bytes {
            return 0;
        }
        loaded.sort_by_key(|(is_shared, idle_for, _)| (*is_shared, *idle_for));
        let mut unloaded = 0;
        for (_, _, plug) in loaded {
            if total <= self.max_bytes {
                break;
            }
            let bytes = plug.code_bytes();
            if plug.unload() {
                total = total.saturating_sub(bytes);
                unloaded += 1;
            }
        }
        tracing::debug!(unloaded, bytes = total, "unloaded plugs to make room");
        unloaded
    }

    /// Whether a plug's code is in memory.
    pub(super) fn has_code(&self, digest: &Digest) -> bool {
        let entry = lock(&self.entries).get(digest).cloned();
        entry.and_then(|entry| lock(&entry).plug()).is_some_and(|plug| plug.is_loaded())
    }

    /// The number of loaded plugs, and the total size of their code in bytes.
    pub(super) fn loaded(&self) -> (usize, u64) {
        let entries: Vec<_> = lock(&self.entries).values().cloned().collect();
        // A locked entry is being loaded.
        let plugs = entries.iter().filter_map(|entry| entry.try_lock().ok()?.plug());
        plugs.filter(Plug::is_loaded).fold((0, 0), |(count, bytes), plug| (count + 1, plug.code_bytes() + bytes))
    }
}

/// Whether nobody is loading a plug into this entry. Only reliable while the map of entries is locked.
fn is_unshared(entry: &Arc<Mutex<Entry>>) -> bool {
    Arc::strong_count(entry) == 1
}
