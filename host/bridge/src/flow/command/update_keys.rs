//! Decides which concurrent updates of a conference are carried out once: only equal ones with no other update between
//! them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The maximum number of remembered conferences. The next update of a forgotten one is carried out on its own.
const MAX_CONFERENCES: usize = 4096;

/// The newest update of each conference.
#[derive(Default)]
pub struct UpdateKeys(Mutex<Newest>);

#[derive(Default)]
struct Newest {
    next: u64,
    by_conference: HashMap<String, (String, u64)>,
}

impl UpdateKeys {
    /// Returns the key of an update with this digest: that of the newest update if it is equal, or else a new one. If a
    /// meeting is moved and moved back, the last update must not join the first, which a different one follows.
    pub fn key(&self, conference: &str, digest: String) -> String {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = match newest.by_conference.get(conference) {
            Some((last, number)) if *last == digest => *number,
            _ => {
                newest.next = newest.next.wrapping_add(1);
                let number = newest.next;
                if newest.by_conference.len() >= MAX_CONFERENCES {
                    newest.by_conference.clear();
                }
                newest.by_conference.insert(conference.to_owned(), (digest, number));
                number
            }
        };
        format!("update {conference} {number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_shares_a_flight_only_with_the_newest() {
        let keys = UpdateKeys::default();
        let key = |conference: &str, digest: &str| keys.key(conference, digest.to_owned());
        let [first, repeated, other, back] = [key("c", "a"), key("c", "a"), key("c", "b"), key("c", "a")];
        assert_eq!(first, repeated);
        assert!(other != first && back != first && back != other);
        assert_ne!(key("d", "a"), back);
        for number in 0..=MAX_CONFERENCES {
            key(&number.to_string(), "a");
        }
        assert!(keys.0.lock().unwrap().by_conference.len() <= MAX_CONFERENCES);
    }
}
