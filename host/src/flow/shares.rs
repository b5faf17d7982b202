//! How much of a common good one account may have at a time, so that none is left without by another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Shares by account.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_account: HashMap<u64, usize>,
}

impl Shares {
    /// So many for all accounts together, and so many for one.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, taken: Mutex::default() }
    }

    /// A share of an account, until it is dropped. None where the account, or all together, have as many as may be.
    pub fn take(self: &Arc<Self>, account: u64) -> Option<Share> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = taken.by_account.get(&account).copied().unwrap_or_default();
        if taken.all >= self.most || of_one >= self.most_of_one {
            return None;
        }
        taken.all += 1;
        taken.by_account.insert(account, of_one + 1);
        Some(Share { of: Arc::clone(self), account })
    }
}

/// One share.
#[derive(Debug)]
pub struct Share {
    of: Arc<Shares>,
    account: u64,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let left = taken.by_account.get(&self.account).map_or(0, |count| count.saturating_sub(1));
        // An account that has none is forgotten, so that the map does not outgrow what is under way.
        match left {
            0 => taken.by_account.remove(&self.account),
            left => taken.by_account.insert(self.account, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_leaves_something_for_the_others() {
        let shares = Arc::new(Shares::new(3, 2));
        let first = [shares.take(1), shares.take(1)];
        assert!(first.iter().all(Option::is_some) && shares.take(1).is_none());
        let second = shares.take(2);
        assert!(second.is_some() && shares.take(3).is_none());
        drop(first);
        let [third, fourth] = [shares.take(3), shares.take(1)];
        assert!(third.is_some() && fourth.is_some());
        drop((second, third, fourth));
        let taken = shares.taken.lock().unwrap();
        assert!(taken.all == 0 && taken.by_account.is_empty());
    }
}
