//! Limits concurrent pushes, in total and for each token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::problem::{Problem, Result};

/// Maximum number of concurrent pushes. Each needs a thread, and disk space for a file.
const MAX_PUSHES: usize = 8;
/// Maximum for one token, so that it cannot take all slots.
const MAX_PUSHES_PER_TOKEN: usize = 2;
/// Maximum for all tokens limited to an account. The other slots are reserved for tokens for all accounts.
const MAX_PUSHES_OF_ACCOUNTS: usize = 6;
/// The `retry-after` of a refused push, in seconds.
const RETRY_AFTER: u64 = 5;

/// The pushes in progress, by the token's name.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<String, Pushes>>);

struct Pushes {
    count: usize,
    of_account: bool,
}

/// A push in progress. Dropping it frees the slot.
pub(super) struct Slot {
    slots: Arc<Slots>,
    token: String,
}

impl Slots {
    /// Acquires a slot for a push with a token. `of_account` says whether the token is limited to an account.
    pub fn acquire(self: &Arc<Self>, token: &str, of_account: bool) -> Result<Slot> {
        let mut pushes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = pushes.get(token).map_or(0, |own| own.count);
        if own >= MAX_PUSHES_PER_TOKEN {
            let detail = format!("the token `{token}` already has {own} pushes in progress: wait for one to finish");
            return Err(Problem::too_many(detail, RETRY_AFTER));
        }
        let all: usize = pushes.values().map(|own| own.count).sum();
        let of_accounts: usize = pushes.values().filter(|own| own.of_account).map(|own| own.count).sum();
        if all >= MAX_PUSHES || of_account && of_accounts >= MAX_PUSHES_OF_ACCOUNTS {
            return Err(Problem::unavailable("too many pushes in progress: try again"));
        }
        pushes.insert(token.to_owned(), Pushes { count: own + 1, of_account });
        Ok(Slot { slots: Arc::clone(self), token: token.to_owned() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut pushes = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pushes.get_mut(&self.token) {
            Some(own) if own.count > 1 => own.count -= 1,
            _ => drop(pushes.remove(&self.token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_can_take_all_slots() {
        let slots = Arc::new(Slots::default());
        let mut taken: Vec<_> = (0..MAX_PUSHES_PER_TOKEN).map(|_| slots.acquire("a", true).unwrap()).collect();
        assert!(slots.acquire("a", true).is_err_and(|problem| problem.reason == Some("limit")));
        for token in ["b", "c"] {
            taken.extend((0..MAX_PUSHES_PER_TOKEN).map(|_| slots.acquire(token, true).unwrap()));
        }
        let full = |problem: Problem| problem.reason.is_none();
        assert!(slots.acquire("d", true).is_err_and(full), "the token itself is below its limit");
        taken.extend((0..MAX_PUSHES_PER_TOKEN).map(|_| slots.acquire("operator", false).unwrap()));
        assert!(slots.acquire("another operator", false).is_err_and(full));
        drop(taken.remove(0));
        drop(slots.acquire("d", true).unwrap());
        drop(taken);
        assert!(slots.0.lock().unwrap().is_empty());
    }
}
