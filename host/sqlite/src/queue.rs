//! The write queue, which is fair among accounts.
//!
//! Deficit round robin: in each round, every waiting account is granted a quantum of bytes, and as many of its jobs are
//! taken as the grant covers. An account keeps its unused grant for the next round as long as it has jobs waiting. So
//! each account gets its share of the disk regardless of the others, and a large commit waits a few rounds for its
//! turn.

use std::collections::{HashMap, VecDeque};

/// The limits of the queue, and of a batch taken from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueueLimits {
    /// Bytes granted to an account per round.
    pub quantum: usize,
    /// The maximum number of jobs per batch, which becomes one transaction.
    pub batch_jobs: usize,
    /// The maximum number of bytes per batch; a larger job is taken alone.
    pub batch_bytes: usize,
    /// The maximum number of waiting jobs per account.
    pub account_jobs: usize,
    /// The maximum number of waiting bytes per account.
    pub account_bytes: usize,
    /// The maximum number of waiting bytes overall.
    pub total_bytes: usize,
}

/// Why the queue rejects a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueueFull {
    /// The account's own queue is full.
    Account,
    /// The queue as a whole is full.
    Total,
}

/// A queue of jobs, keyed by account. Jobs without an account share a key of their own.
#[derive(Debug)]
pub(super) struct Queue<K, T> {
    limits: QueueLimits,
    accounts: HashMap<K, AccountQueue<T>>,
    // Keys with waiting jobs, in the order of their turns.
    turns: VecDeque<K>,
    bytes: usize,
}

#[derive(Debug)]
struct AccountQueue<T> {
    jobs: VecDeque<(usize, T)>,
    bytes: usize,
    deficit: usize,
}

impl<K: Clone + Eq + std::hash::Hash, T> Queue<K, T> {
    /// Creates an empty queue.
    pub fn new(limits: QueueLimits) -> Self {
        Self { limits, accounts: HashMap::new(), turns: VecDeque::new(), bytes: 0 }
    }

    /// Returns whether the queue is empty.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Queues a job behind those of its account. The limits of an account do not apply to its first job.
    ///
    /// # Errors
    /// If the account or the queue as a whole has too much waiting.
    pub fn push(&mut self, key: K, bytes: usize, job: T) -> Result<(), QueueFull> {
        let QueueLimits { account_jobs, account_bytes, total_bytes, .. } = self.limits;
        if self.bytes.saturating_add(bytes) > total_bytes && self.bytes > 0 {
            return Err(QueueFull::Total);
        }
        if let Some(account) = self.accounts.get(&key)
            && (account.jobs.len() >= account_jobs || account.bytes.saturating_add(bytes) > account_bytes)
        {
            return Err(QueueFull::Account);
        }
        let turns = &mut self.turns;
        let account = self.accounts.entry(key).or_insert_with_key(|key| {
            turns.push_back(key.clone());
            AccountQueue { jobs: VecDeque::new(), bytes: 0, deficit: 0 }
        });
        account.jobs.push_back((bytes, job));
        account.bytes = account.bytes.saturating_add(bytes);
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Takes the next batch, visiting each account once in turn. The batch is empty only if the queue is.
    pub fn next_batch(&mut self) -> Vec<T> {
        let mut taken = Vec::new();
        while taken.is_empty() && !self.is_empty() {
            self.visit_accounts(&mut taken);
        }
        taken
    }

    fn visit_accounts(&mut self, taken: &mut Vec<T>) {
        let QueueLimits { quantum, batch_jobs, batch_bytes, .. } = self.limits;
        let mut bytes = 0_usize;
        for _ in 0..self.turns.len() {
            let Some(key) = self.turns.pop_front() else { return };
            let Some(account) = self.accounts.get_mut(&key) else { continue };
            let (before, mut batch_ends) = (taken.len(), false);
            account.deficit = account.deficit.saturating_add(quantum);
            while let Some((next, _)) = account.jobs.front() {
                let (next, long) = (*next, *next > quantum);
                if next > account.deficit {
                    break;
                }
                // A long job is taken alone, so that nobody else's short job waits for it.
                let fits = !long && taken.len() < batch_jobs && bytes.saturating_add(next) <= batch_bytes;
                batch_ends = long || !fits;
                if !taken.is_empty() && !fits {
                    break;
                }
                let Some((_, job)) = account.jobs.pop_front() else { break };
                taken.push(job);
                bytes = bytes.saturating_add(next);
                account.deficit -= next;
                account.bytes = account.bytes.saturating_sub(next);
                self.bytes = self.bytes.saturating_sub(next);
                if batch_ends {
                    break;
                }
            }
            if account.jobs.is_empty() {
                self.accounts.remove(&key);
            } else if batch_ends && taken.len() == before {
                // It got no job into this batch, so it goes first in the next.
                account.deficit = account.deficit.saturating_sub(quantum);
                self.turns.push_front(key);
            } else {
                if batch_ends {
                    // The part of its grant that exceeds a batch is not saved up.
                    account.deficit = account.deficit.min(quantum);
                }
                self.turns.push_back(key);
            }
            if batch_ends {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const LIMITS: QueueLimits = QueueLimits {
        quantum: 100,
        batch_jobs: 8,
        batch_bytes: 400,
        account_jobs: 16,
        account_bytes: 2_000,
        total_bytes: 5_000,
    };

    #[derive(Clone, Debug)]
    enum QueueStep {
        Push(u8, usize),
        Take,
    }

    fn steps() -> impl Strategy<Value = Vec<QueueStep>> {
        let bytes = prop_oneof![4 => 0..60_usize, 1 => 60..500_usize, 1 => 500..3_000_usize];
        let step = prop_oneof![3 => (0..6_u8, bytes).prop_map(|(key, bytes)| QueueStep::Push(key, bytes)), 1 => Just(QueueStep::Take)];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        /// Jobs come out in order for each account, none are lost, and the limits hold throughout.
        #[test]
        fn nothing_is_lost_and_bounds_hold(steps in steps()) {
            let mut queue = Queue::new(LIMITS);
            let mut waiting: BTreeMap<u8, VecDeque<(usize, usize)>> = BTreeMap::new();
            let total = |waiting: &BTreeMap<u8, VecDeque<(usize, usize)>>| -> usize {
                waiting.values().flatten().map(|(bytes, _)| bytes).sum()
            };
            let check = |taken: Vec<(u8, usize, usize)>, waiting: &mut BTreeMap<u8, VecDeque<(usize, usize)>>| {
                let bytes: usize = taken.iter().map(|(_, bytes, _)| bytes).sum();
                assert!(taken.len() <= LIMITS.batch_jobs);
                assert!(bytes <= LIMITS.batch_bytes || taken.len() == 1);
                assert!(taken.len() == 1 || taken.iter().all(|(_, bytes, _)| *bytes <= LIMITS.quantum));
                for (key, bytes, number) in taken {
                    assert_eq!(waiting.get_mut(&key).unwrap().pop_front(), Some((bytes, number)));
                }
            };
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    QueueStep::Push(key, bytes) => {
                        let account = waiting.entry(key).or_default().clone();
                        let of_account: usize = account.iter().map(|(bytes, _)| bytes).sum();
                        let all = total(&waiting);
                        let full = if all > 0 && all + bytes > LIMITS.total_bytes {
                            Err(QueueFull::Total)
                        } else if !account.is_empty() && (account.len() >= LIMITS.account_jobs || of_account + bytes > LIMITS.account_bytes) {
                            Err(QueueFull::Account)
                        } else {
                            waiting.get_mut(&key).unwrap().push_back((bytes, number));
                            Ok(())
                        };
                        prop_assert_eq!(queue.push(key, bytes, (key, bytes, number)), full);
                    }
                    QueueStep::Take => {
                        let taken = queue.next_batch();
                        prop_assert_eq!(taken.is_empty(), total(&waiting) == 0 && waiting.values().all(VecDeque::is_empty));
                        check(taken, &mut waiting);
                    }
                }
                prop_assert_eq!(queue.is_empty(), waiting.values().all(VecDeque::is_empty));
                prop_assert_eq!(queue.bytes, total(&waiting));
            }
            while !queue.is_empty() {
                check(queue.next_batch(), &mut waiting);
            }
            prop_assert!(waiting.values().all(VecDeque::is_empty) && queue.accounts.is_empty() && queue.bytes == 0);
        }

        /// A short job waits for at most one long job of each other account, whatever their backlog.
        #[test]
        fn a_short_job_does_not_wait_for_the_backlog_of_others(
            others in prop::collection::vec((0..4_u8, 0..1_200_usize), 0..200),
            before in 0..20_usize,
        ) {
            let mut queue = Queue::new(LIMITS);
            for (key, bytes) in others {
                let _ = queue.push(key, bytes, key);
            }
            for _ in 0..before {
                queue.next_batch();
            }
            if queue.push(9, 50, 9).is_ok() {
                // One long job of each other account, then this job.
                let taken = (0..6).any(|_| queue.next_batch().contains(&9));
                prop_assert!(taken);
            }
        }
    }

    #[test]
    fn accounts_with_long_and_short_jobs_get_equal_shares() {
        let limits = QueueLimits { account_bytes: 1 << 20, account_jobs: 10_000, total_bytes: 1 << 30, ..LIMITS };
        let mut queue = Queue::new(limits);
        for _ in 0..1_000 {
            queue.push('a', 50, ('a', 50)).unwrap();
        }
        for _ in 0..100 {
            queue.push('b', 500, ('b', 500)).unwrap();
        }
        let mut bytes = BTreeMap::from([('a', 0), ('b', 0)]);
        for _ in 0..100 {
            for (key, taken) in queue.next_batch() {
                *bytes.get_mut(&key).unwrap() += taken;
            }
        }
        let (a, b): (usize, usize) = (bytes[&'a'], bytes[&'b']);
        assert!(a >= 5_000 && b >= 5_000 && a.abs_diff(b) <= 1_000, "{bytes:?}");
    }

    #[test]
    fn only_the_account_with_too_much_waiting_is_rejected() {
        let mut queue = Queue::new(LIMITS);
        assert_eq!(queue.push(1, 4_000, ()), Ok(()), "the first job may have any size");
        assert_eq!(queue.push(1, 1, ()), Err(QueueFull::Account));
        assert_eq!(queue.push(2, 900, ()), Ok(()));
        assert_eq!(queue.push(3, 101, ()), Err(QueueFull::Total));
        assert_eq!(queue.push(3, 100, ()), Ok(()));
        for _ in 0..15 {
            assert_eq!(queue.push(3, 0, ()), Ok(()));
        }
        assert_eq!(queue.push(3, 0, ()), Err(QueueFull::Account));
    }
}
