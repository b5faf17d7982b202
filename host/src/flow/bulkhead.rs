//! How much of a common good one account may have at a time, so that none is left without by another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Shares by account.
#[derive(Debug)]
pub struct Bulkhead {
    max_total: usize,
    max_per_account: usize,
    in_use: Mutex<InUse>,
}

#[derive(Debug, Default)]
struct InUse {
    total: usize,
    by_account: HashMap<u64, usize>,
}

impl Bulkhead {
    /// So many for all accounts together, and so many for one.
    pub fn new(max_total: usize, max_per_account: usize) -> Self {
        Self { max_total, max_per_account, in_use: Mutex::default() }
    }

    /// A share of an account, until it is dropped. None where the account, or all together, have as many as may be.
    pub fn try_acquire(self: &Arc<Self>, account: u64) -> Option<Permit> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let own = in_use.by_account.get(&account).copied().unwrap_or_default();
        if in_use.total >= self.max_total || own >= self.max_per_account {
            return None;
        }
        in_use.total += 1;
        in_use.by_account.insert(account, own + 1);
        Some(Permit { bulkhead: Arc::clone(self), account })
    }
}

/// One share.
#[derive(Debug)]
pub struct Permit {
    bulkhead: Arc<Bulkhead>,
    account: u64,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut in_use = self.bulkhead.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        in_use.total = in_use.total.saturating_sub(1);
        let left = in_use.by_account.get(&self.account).map_or(0, |count| count.saturating_sub(1));
        // An account that has none is forgotten, so that the map does not outgrow what is under way.
        match left {
            0 => in_use.by_account.remove(&self.account),
            left => in_use.by_account.insert(self.account, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_leaves_something_for_the_others() {
        let bulkhead = Arc::new(Bulkhead::new(3, 2));
        let first = [bulkhead.try_acquire(1), bulkhead.try_acquire(1)];
        assert!(first.iter().all(Option::is_some) && bulkhead.try_acquire(1).is_none());
        let second = bulkhead.try_acquire(2);
        assert!(second.is_some() && bulkhead.try_acquire(3).is_none());
        drop(first);
        let [third, fourth] = [bulkhead.try_acquire(3), bulkhead.try_acquire(1)];
        assert!(third.is_some() && fourth.is_some());
        drop((second, third, fourth));
        let in_use = bulkhead.in_use.lock().unwrap();
        assert!(in_use.total == 0 && in_use.by_account.is_empty());
    }
}
