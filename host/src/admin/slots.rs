//! How many pushes are under way: in all, and of each token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::problem::{Problem, Result};

/// Each takes a thread, and room on the disk for a file.
const MAX_PUSHES: usize = 8;
/// No token can take all of them.
const MAX_PUSHES_PER_TOKEN: usize = 2;
/// In seconds.
const RETRY_AFTER: u64 = 5;

/// Pushes under way, by the names of their tokens.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<String, usize>>);

/// A push under way. Dropping it makes room for another.
pub(super) struct Slot {
    slots: Arc<Slots>,
    token: String,
}

impl Slots {
    /// Takes one for a token.
    pub fn take(self: &Arc<Self>, token: &str) -> Result<Slot> {
        let mut pushes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = pushes.get(token).copied().unwrap_or_default();
        if own >= MAX_PUSHES_PER_TOKEN {
            let detail =
                format!("the token `{token}` has {own} pushes under way, and may have no more: let one end first");
            return Err(Problem::too_many(detail, RETRY_AFTER));
        }
        if pushes.values().sum::<usize>() >= MAX_PUSHES {
            return Err(Problem::ours("all places for pushes are taken: try again"));
        }
        pushes.insert(token.to_owned(), own + 1);
        Ok(Slot { slots: Arc::clone(self), token: token.to_owned() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut pushes = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        match pushes.get_mut(&self.token) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(pushes.remove(&self.token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_has_all_places() {
        let slots = Arc::new(Slots::default());
        let mut taken: Vec<_> = (0..MAX_PUSHES_PER_TOKEN).map(|_| slots.take("a").unwrap()).collect();
        assert!(slots.take("a").is_err_and(|problem| problem.reason() == Some("limit")));
        for token in ["b", "c", "d"] {
            taken.extend((0..MAX_PUSHES_PER_TOKEN).map(|_| slots.take(token).unwrap()));
        }
        assert!(slots.take("e").is_err_and(|problem| problem.reason().is_none()), "it is not the token's doing");
        drop(taken.remove(0));
        drop(slots.take("e").unwrap());
        drop(taken);
        assert!(slots.0.lock().unwrap().is_empty());
    }
}
