//! Limits the connections of a listener, in total and per peer, and evicts idle ones to make room.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use cordboard_bridge::throttle::Throttle;

use super::activity::Activity;
use super::peers::PeerLimit;

/// How long to wait before accepting again after a failure.
const ACCEPT_RETRY_AFTER: Duration = Duration::from_millis(50);
/// How long to wait for a slot before trying to evict another connection.
const EVICT_RETRY_AFTER: Duration = Duration::from_millis(50);

/// The connections of one listener.
#[derive(Debug)]
pub struct Connections {
    limit: usize,
    per_peer: PeerLimit,
    slots: Arc<Semaphore>,
    epoch: Instant,
    open: Mutex<Open>,
    evictions: AtomicU64,
    refusals: AtomicU64,
    exhausted: Throttle,
    full: Throttle,
    refused: Throttle,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    by_number: HashMap<u64, Entry>,
    by_peer: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Entry {
    peer: Option<IpAddr>,
    activity: Arc<Activity>,
}

/// The slot of one connection. Dropping it frees the slot.
pub(super) struct Slot {
    connections: Arc<Connections>,
    number: u64,
    pub activity: Arc<Activity>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// Creates the set of connections, with limits in total and per peer. At the limit, the longest-idle connection is
    /// closed for the next one.
    pub fn new(limit: usize, per_peer: PeerLimit) -> Arc<Self> {
        Arc::new(Self {
            limit,
            per_peer,
            slots: Arc::new(Semaphore::new(limit)),
            epoch: Instant::now(),
            open: Mutex::default(),
            evictions: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            exhausted: Throttle::default(),
            full: Throttle::default(),
            refused: Throttle::default(),
        })
    }

    /// Returns the maximum number of open connections.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Returns the number of open connections.
    pub fn count(&self) -> usize {
        self.open().by_number.len()
    }

    /// Returns how many idle connections were closed to make room.
    pub fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::Relaxed)
    }

    /// Returns how many connections were refused because their peer was at its limit.
    pub fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Relaxed)
    }

    /// Accepts the next connection. Retries on failure.
    pub(super) async fn accept(&self, listener: &TcpListener) -> (TcpStream, IpAddr) {
        loop {
            match listener.accept().await {
                Ok((stream, address)) => return (stream, address.ip()),
                Err(error) => {
                    if let Some(suppressed) = self.exhausted.due() {
                        tracing::warn!(%error, suppressed, "cannot accept connections");
                    }
                    if is_exhausted(&error) {
                        self.evict(&mut self.open(), None);
                    }
                    tokio::time::sleep(ACCEPT_RETRY_AFTER).await;
                }
            }
        }
    }

    /// Waits for a slot for a connection from this address. Returns `None` if its peer is at its limit and has no idle
    /// connection.
    pub(super) async fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let peer = self.per_peer.peer(address);
        if peer.is_some_and(|peer| !self.has_room_for(peer)) {
            self.refusals.fetch_add(1, Ordering::Relaxed);
            if let Some(suppressed) = self.refused.due() {
                tracing::warn!(%address, suppressed, "connection refused: the peer is at its limit");
            }
            return None;
        }
        let permit = self.permit().await?;
        let activity = Arc::new(Activity::new(self.epoch));
        let mut open = self.open();
        let number = open.next;
        open.next = open.next.wrapping_add(1);
        open.by_number.insert(number, Entry { peer, activity: Arc::clone(&activity) });
        if let Some(peer) = peer {
            *open.by_peer.entry(peer).or_default() += 1;
        }
        drop(open);
        Some(Slot { connections: Arc::clone(self), number, activity, _permit: permit })
    }

    /// Whether a peer may open another connection, if necessary by evicting its longest-idle one.
    fn has_room_for(&self, peer: IpAddr) -> bool {
        let mut open = self.open();
        let count = open.by_peer.get(&peer).copied().unwrap_or_default();
        count < self.per_peer.connections || self.evict(&mut open, Some(peer))
    }

    /// Waits for a free slot, evicting idle connections if there is none.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            return Some(permit);
        }
        if let Some(suppressed) = self.full.due() {
            tracing::warn!(limit = self.limit, suppressed, "connection limit reached: closing idle connections");
        }
        let mut evicted = false;
        loop {
            // An evicted connection frees its slot as soon as its task runs.
            evicted = evicted || self.evict(&mut self.open(), None);
            let permit = Arc::clone(&self.slots).acquire_owned();
            match tokio::time::timeout(EVICT_RETRY_AFTER, permit).await {
                Ok(permit) => return permit.ok(),
                Err(_) => continue,
            }
        }
    }

    /// Closes the longest-idle connection, of a peer or of all. Returns whether there was one.
    fn evict(&self, open: &mut Open, of: Option<IpAddr>) -> bool {
        loop {
            let candidates = open.by_number.iter().filter(|(_, entry)| of.is_none() || entry.peer == of);
            let idle = candidates.filter_map(|(number, entry)| Some((entry.activity.idle_since()?, *number)));
            let Some((since, number)) = idle.min() else { return false };
            // If it has just received a request, try the next one.
            if open.by_number.get(&number).is_some_and(|entry| entry.activity.evict(since)) {
                open.remove(number);
                self.evictions.fetch_add(1, Ordering::Relaxed);
                return true;
            }
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn remove(&mut self, number: u64) {
        let Some(Entry { peer: Some(peer), .. }) = self.by_number.remove(&number) else { return };
        let left = self.by_peer.get(&peer).map_or(0, |count| count.saturating_sub(1));
        // Remove peers without connections, so that the map stays bounded.
        match left {
            0 => self.by_peer.remove(&peer),
            left => self.by_peer.insert(peer, left),
        };
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connections.open().remove(self.number);
    }
}

/// Whether the process or the system has run out of file descriptors.
fn is_exhausted(error: &io::Error) -> bool {
    use rustix::io::Errno;

    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: [u8; 4] = [203, 0, 113, 9];

    fn connections(limit: usize, of_one: usize) -> Arc<Connections> {
        Connections::new(limit, PeerLimit { connections: of_one, ..PeerLimit::default() })
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_idle_connection_makes_room() {
        let connections = connections(3, 9);
        let working = connections.admit(PEER.into()).await.unwrap();
        let _request = working.activity.begin().unwrap();
        let oldest = connections.admit(PEER.into()).await.unwrap();
        let newest = connections.admit(PEER.into()).await.unwrap();
        let closing = tokio::spawn(async move {
            oldest.activity.evicted().await;
            drop(oldest);
        });
        let _next = connections.admit(PEER.into()).await.unwrap();
        closing.await.unwrap();
        assert_eq!((connections.count(), connections.evictions()), (3, 1));
        assert!(newest.activity.idle_since().is_some() && working.activity.idle_since().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_waits_while_all_others_are_busy() {
        let connections = connections(1, 9);
        let working = connections.admit(PEER.into()).await.unwrap();
        let request = working.activity.begin().unwrap();
        let waiting = tokio::spawn({
            let connections = Arc::clone(&connections);
            async move { connections.admit(PEER.into()).await }
        });
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(!waiting.is_finished());
        drop(request);
        working.activity.flushed();
        working.activity.evicted().await;
        drop(working);
        assert!(waiting.await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_peer_at_its_limit_evicts_only_its_own_connections() {
        let connections = connections(9, 2);
        let other = connections.admit([203, 0, 113, 10].into()).await.unwrap();
        let first = connections.admit(PEER.into()).await.unwrap();
        let second = connections.admit(PEER.into()).await.unwrap();
        let _requests = [first.activity.begin().unwrap(), second.activity.begin().unwrap()];
        assert!(connections.admit(PEER.into()).await.is_none(), "both are busy");
        drop(first);
        let third = connections.admit(PEER.into()).await.unwrap();
        let fourth = connections.admit(PEER.into()).await.unwrap();
        assert!(third.activity.begin().is_none(), "it was the only idle connection");
        assert!(other.activity.begin().is_some() && fourth.activity.begin().is_some());
        let proxied = connections.admit([127, 0, 0, 1].into()).await.unwrap();
        assert_eq!((connections.refusals(), connections.evictions()), (1, 1));
        drop((second, third, fourth, other, proxied));
        assert!(connections.count() == 0 && connections.open().by_peer.is_empty());
    }
}
