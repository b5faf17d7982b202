//! Limits how much of a shared resource one account may use at a time, so that no account starves another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_core::AccountId;

/// A limited resource and its use by each account.
#[derive(Debug)]
pub struct Bulkhead {
    max_total: usize,
    max_per_account: usize,
    in_use: Mutex<InUse>,
}

#[derive(Debug, Default)]
struct InUse {
    total: usize,
    by_account: HashMap<AccountId, usize>,
}

impl Bulkhead {
    /// Creates a bulkhead with a limit for all accounts together and a limit for each.
    pub fn new(max_total: usize, max_per_account: usize) -> Self {
        Self { max_total, max_per_account, in_use: Mutex::default() }
    }

    /// Returns a permit for an account, or `None` if the account or all accounts together have reached their limit.
    pub fn try_acquire(self: &Arc<Self>, account: &AccountId) -> Option<Permit> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        let own = in_use.by_account.get(account).copied().unwrap_or_default();
        if in_use.total >= self.max_total || own >= self.max_per_account {
            return None;
        }
        in_use.total += 1;
        in_use.by_account.insert(account.clone(), own + 1);
        Some(Permit { bulkhead: Arc::clone(self), account: account.clone() })
    }
}

/// A permit, returned when dropped.
#[derive(Debug)]
pub struct Permit {
    bulkhead: Arc<Bulkhead>,
    account: AccountId,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut in_use = self.bulkhead.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        in_use.total = in_use.total.saturating_sub(1);
        let left = in_use.by_account.get(&self.account).map_or(0, |count| count.saturating_sub(1));
        // Removes accounts without permits, so that the map stays bounded.
        match left {
            0 => in_use.by_account.remove(&self.account),
            left => in_use.by_account.insert(self.account.clone(), left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_cannot_take_all_permits() {
        let bulkhead = Arc::new(Bulkhead::new(3, 2));
        let try_acquire = |account: u64| bulkhead.try_acquire(&account.into());
        let first = [try_acquire(1), try_acquire(1)];
        assert!(first.iter().all(Option::is_some) && try_acquire(1).is_none());
        let second = try_acquire(2);
        assert!(second.is_some() && try_acquire(3).is_none());
        drop(first);
        let [third, fourth] = [try_acquire(3), try_acquire(1)];
        assert!(third.is_some() && fourth.is_some());
        drop((second, third, fourth));
        let in_use = bulkhead.in_use.lock().unwrap();
        assert!(in_use.total == 0 && in_use.by_account.is_empty());
    }
}
