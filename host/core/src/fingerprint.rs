//! Idempotency fingerprints of meetings.

use sha2::{Digest, Sha256};

use crate::hex;
use crate::types::conference::{Meeting, Person};

/// Returns the same value for meetings that the CRM's requests do not distinguish: same connection (by name), user,
/// topic, account, start and end.
pub fn fingerprint(connection: &str, meeting: &Meeting) -> String {
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let mut hash = Sha256::new();
    for part in [connection, user, &meeting.topic] {
        text(&mut hash, part);
    }
    let (account, user_id) = (meeting.account_id.as_str(), meeting.user_id.as_str());
    // Ids that are numbers take 8 bytes each. A text takes at least 9, so the two forms never hash the same bytes.
    match (number(account), number(user_id)) {
        (Some(account), Some(user_id)) => {
            hash.update(account.to_be_bytes());
            hash.update(user_id.to_be_bytes());
        }
        _ => {
            text(&mut hash, account);
            text(&mut hash, user_id);
        }
    }
    hash.update(meeting.start.to_be_bytes());
    hash.update(meeting.end.to_be_bytes());
    hex(&hash.finalize())
}

/// Hashes a text. The length comes first, so different lists of texts never hash the same bytes.
fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

/// Returns the number that an id is the only spelling of.
fn number(id: &str) -> Option<u64> {
    let is_canonical = id == "0" || !id.starts_with(['0', '+']);
    id.parse().ok().filter(|_| is_canonical)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn meeting(user: &str, account: &str, user_id: &str, end: u64) -> Meeting {
        Meeting {
            topic: "Plans".to_owned(),
            start: 3,
            end,
            user_id: user_id.to_owned(),
            user: Person::Email(user.to_owned()),
            account_id: account.to_owned(),
            source: None,
        }
    }

    #[test]
    fn fingerprints_separate_adjacent_texts() {
        let one = fingerprint("portal", &meeting("ann@example.com", "1", "2", 4));
        // Fingerprints are stored, so they must never change. This one was stored when ids were numbers.
        assert_eq!(one, "d32b1ac20a21969916a275a374a2de2545e9bad413afbfef8e2bc88a3cb68e86");
        assert_ne!(one, fingerprint("portala", &meeting("nn@example.com", "1", "2", 4)));
        assert_ne!(one, fingerprint("portal", &meeting("ann@example.com", "1", "2", 5)));
    }

    #[test]
    fn ids_that_differ_in_their_text_have_different_fingerprints() {
        let ids = ["0", "00", "1", "01", "+1", "12", "2", "a", "a1", "18446744073709551615", "18446744073709551616"];
        let pairs = ids.iter().flat_map(|account| ids.iter().map(move |user| (*account, *user)));
        let all: HashSet<_> =
            pairs.map(|(account, user)| fingerprint("portal", &meeting("ann@example.com", account, user, 4))).collect();
        assert_eq!(all.len(), ids.len() * ids.len());
    }
}
