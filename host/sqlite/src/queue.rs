//! The write queue, which is fair among accounts.
//!
//! Deficit round robin: in each round, every waiting account is granted a quantum of bytes, and as many of its jobs are
//! taken as the grant covers. An account keeps its unused grant for the next round as long as it has jobs waiting. So
//! each account gets its share of the disk regardless of the others, and a large commit waits a few rounds for its
//! turn.

use std::collections::{HashMap, VecDeque};

/// The limits of the queue, and of a batch taken from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes granted to an account per round.
    pub quantum: usize,
    /// The maximum number of jobs per batch, which becomes one transaction.
    pub jobs_at_once: usize,
    /// The maximum number of bytes per batch; a larger job is taken alone.
    pub bytes_at_once: usize,
    /// The maximum number of waiting jobs per account.
    pub jobs_of_one: usize,
    /// The maximum number of waiting bytes per account.
    pub bytes_of_one: usize,
    /// The maximum number of waiting bytes overall.
    pub bytes_of_all: usize,
}

/// Why the queue rejects a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// The account's own queue is full.
    OfOne,
    /// The queue as a whole is full.
    OfAll,
}

/// A queue of jobs, keyed by account. Jobs without an account share a key of their own.
#[derive(Debug)]
pub(super) struct Queue<K, T> {
    bounds: Bounds,
    lines: HashMap<K, Line<T>>,
    // Keys with waiting jobs, in the order of their turns.
    turns: VecDeque<K>,
    bytes: usize,
}

#[derive(Debug)]
struct Line<T> {
    jobs: VecDeque<(usize, T)>,
    bytes: usize,
    given: usize,
}

impl<K: Clone + Eq + std::hash::Hash, T> Queue<K, T> {
    /// Creates an empty queue.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, lines: HashMap::new(), turns: VecDeque::new(), bytes: 0 }
    }

    /// Returns whether the queue is empty.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Queues a job behind those of its account. The limits of an account do not apply to its first job.
    ///
    /// # Errors
    /// If the account or the queue as a whole has too much waiting.
    pub fn push(&mut self, key: K, bytes: usize, job: T) -> Result<(), Full> {
        let Bounds { jobs_of_one, bytes_of_one, bytes_of_all, .. } = self.bounds;
        if self.bytes.saturating_add(bytes) > bytes_of_all && self.bytes > 0 {
            return Err(Full::OfAll);
        }
        if let Some(line) = self.lines.get(&key)
            && (line.jobs.len() >= jobs_of_one || line.bytes.saturating_add(bytes) > bytes_of_one)
        {
            return Err(Full::OfOne);
        }
        let turns = &mut self.turns;
        let line = self.lines.entry(key).or_insert_with_key(|key| {
            turns.push_back(key.clone());
            Line { jobs: VecDeque::new(), bytes: 0, given: 0 }
        });
        line.jobs.push_back((bytes, job));
        line.bytes = line.bytes.saturating_add(bytes);
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// Takes the next batch, visiting each account once in turn. The batch is empty only if the queue is.
    pub fn take(&mut self) -> Vec<T> {
        let mut taken = Vec::new();
        while taken.is_empty() && !self.is_empty() {
            self.round(&mut taken);
        }
        taken
    }

    fn round(&mut self, taken: &mut Vec<T>) {
        let Bounds { quantum, jobs_at_once, bytes_at_once, .. } = self.bounds;
        let mut bytes = 0_usize;
        for _ in 0..self.turns.len() {
            let Some(key) = self.turns.pop_front() else { return };
            let Some(line) = self.lines.get_mut(&key) else { continue };
            let (before, mut ends) = (taken.len(), false);
            line.given = line.given.saturating_add(quantum);
            while let Some((next, _)) = line.jobs.front() {
                let (next, long) = (*next, *next > quantum);
                if next > line.given {
                    break;
                }
                // A long job is taken alone, so that nobody else's short job waits for it.
                let fits = !long && taken.len() < jobs_at_once && bytes.saturating_add(next) <= bytes_at_once;
                ends = long || !fits;
                if !taken.is_empty() && !fits {
                    break;
                }
                let Some((_, job)) = line.jobs.pop_front() else { break };
                taken.push(job);
                bytes = bytes.saturating_add(next);
                line.given -= next;
                line.bytes = line.bytes.saturating_sub(next);
                self.bytes = self.bytes.saturating_sub(next);
                if ends {
                    break;
                }
            }
            if line.jobs.is_empty() {
                self.lines.remove(&key);
            } else if ends && taken.len() == before {
                // It got no job into this batch, so it goes first in the next.
                line.given = line.given.saturating_sub(quantum);
                self.turns.push_front(key);
            } else {
                if ends {
                    // The part of its grant that exceeds a batch is not saved up.
                    line.given = line.given.min(quantum);
                }
                self.turns.push_back(key);
            }
            if ends {
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

    const BOUNDS: Bounds = Bounds {
        quantum: 100,
        jobs_at_once: 8,
        bytes_at_once: 400,
        jobs_of_one: 16,
        bytes_of_one: 2_000,
        bytes_of_all: 5_000,
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
            let mut queue = Queue::new(BOUNDS);
            let mut waiting: BTreeMap<u8, VecDeque<(usize, usize)>> = BTreeMap::new();
            let total = |waiting: &BTreeMap<u8, VecDeque<(usize, usize)>>| -> usize {
                waiting.values().flatten().map(|(bytes, _)| bytes).sum()
            };
            let check = |taken: Vec<(u8, usize, usize)>, waiting: &mut BTreeMap<u8, VecDeque<(usize, usize)>>| {
                let bytes: usize = taken.iter().map(|(_, bytes, _)| bytes).sum();
                assert!(taken.len() <= BOUNDS.jobs_at_once);
                assert!(bytes <= BOUNDS.bytes_at_once || taken.len() == 1);
                assert!(taken.len() == 1 || taken.iter().all(|(_, bytes, _)| *bytes <= BOUNDS.quantum));
                for (key, bytes, number) in taken {
                    assert_eq!(waiting.get_mut(&key).unwrap().pop_front(), Some((bytes, number)));
                }
            };
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    QueueStep::Push(key, bytes) => {
                        let line = waiting.entry(key).or_default().clone();
                        let of_one: usize = line.iter().map(|(bytes, _)| bytes).sum();
                        let all = total(&waiting);
                        let full = if all > 0 && all + bytes > BOUNDS.bytes_of_all {
                            Err(Full::OfAll)
                        } else if !line.is_empty() && (line.len() >= BOUNDS.jobs_of_one || of_one + bytes > BOUNDS.bytes_of_one) {
                            Err(Full::OfOne)
                        } else {
                            waiting.get_mut(&key).unwrap().push_back((bytes, number));
                            Ok(())
                        };
                        prop_assert_eq!(queue.push(key, bytes, (key, bytes, number)), full);
                    }
                    QueueStep::Take => {
                        let taken = queue.take();
                        prop_assert_eq!(taken.is_empty(), total(&waiting) == 0 && waiting.values().all(VecDeque::is_empty));
                        check(taken, &mut waiting);
                    }
                }
                prop_assert_eq!(queue.is_empty(), waiting.values().all(VecDeque::is_empty));
                prop_assert_eq!(queue.bytes, total(&waiting));
            }
            while !queue.is_empty() {
                check(queue.take(), &mut waiting);
            }
            prop_assert!(waiting.values().all(VecDeque::is_empty) && queue.lines.is_empty() && queue.bytes == 0);
        }

        /// A short job waits for at most one long job of each other account, whatever their backlog.
        #[test]
        fn a_short_job_does_not_wait_for_the_backlog_of_others(
            others in prop::collection::vec((0..4_u8, 0..1_200_usize), 0..200),
            before in 0..20_usize,
        ) {
            let mut queue = Queue::new(BOUNDS);
            for (key, bytes) in others {
                let _ = queue.push(key, bytes, key);
            }
            for _ in 0..before {
                queue.take();
            }
            if queue.push(9, 50, 9).is_ok() {
                // One long job of each other account, then this job.
                let taken = (0..6).any(|_| queue.take().contains(&9));
                prop_assert!(taken);
            }
        }
    }

    #[test]
    fn accounts_with_long_and_short_jobs_get_equal_shares() {
        let bounds = Bounds { bytes_of_one: 1 << 20, jobs_of_one: 10_000, bytes_of_all: 1 << 30, ..BOUNDS };
        let mut queue = Queue::new(bounds);
        for _ in 0..1_000 {
            queue.push('a', 50, ('a', 50)).unwrap();
        }
        for _ in 0..100 {
            queue.push('b', 500, ('b', 500)).unwrap();
        }
        let mut bytes = BTreeMap::from([('a', 0), ('b', 0)]);
        for _ in 0..100 {
            for (key, taken) in queue.take() {
                *bytes.get_mut(&key).unwrap() += taken;
            }
        }
        let (a, b): (usize, usize) = (bytes[&'a'], bytes[&'b']);
        assert!(a >= 5_000 && b >= 5_000 && a.abs_diff(b) <= 1_000, "{bytes:?}");
    }

    #[test]
    fn only_the_account_with_too_much_waiting_is_rejected() {
        let mut queue = Queue::new(BOUNDS);
        assert_eq!(queue.push(1, 4_000, ()), Ok(()), "the first job may have any size");
        assert_eq!(queue.push(1, 1, ()), Err(Full::OfOne));
        assert_eq!(queue.push(2, 900, ()), Ok(()));
        assert_eq!(queue.push(3, 101, ()), Err(Full::OfAll));
        assert_eq!(queue.push(3, 100, ()), Ok(()));
        for _ in 0..15 {
            assert_eq!(queue.push(3, 0, ()), Ok(()));
        }
        assert_eq!(queue.push(3, 0, ()), Err(Full::OfOne));
    }
}
