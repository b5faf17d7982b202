//! Idempotency fingerprints of meetings.

use sha2::{Digest, Sha256};

use crate::hex;

/// Returns the same value for meetings that the CRM's requests do not distinguish: same connection (by name), user and
/// topic, and the same `numbers`, which are account, user, start and end.
pub fn fingerprint(connection: &str, user: &str, topic: &str, numbers: [u64; 4]) -> String {
    let mut hash = Sha256::new();
    for text in [connection, user, topic] {
        // The length comes first, so different lists of texts never hash the same bytes.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_separate_adjacent_texts() {
        let numbers = [1, 2, 3, 4];
        let one = fingerprint("portal", "ann@example.com", "Plans", numbers);
        // Fingerprints are stored, so they must never change.
        assert_eq!(one, "d32b1ac20a21969916a275a374a2de2545e9bad413afbfef8e2bc88a3cb68e86");
        assert_ne!(one, fingerprint("portala", "nn@example.com", "Plans", numbers));
        assert_ne!(one, fingerprint("portal", "ann@example.com", "Plans", [1, 2, 3, 5]));
    }
}
