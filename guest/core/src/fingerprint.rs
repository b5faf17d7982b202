//! Which meetings a CRM would not tell apart.

use sha2::{Digest, Sha256};

use crate::hex;

/// Equal for meetings that a CRM would not tell apart: those of one connection, by its name, with the same user, topic
/// and numbers, which are account, user, start and end.
pub fn fingerprint(connection: &str, user: &str, topic: &str, numbers: [u64; 4]) -> String {
    let mut hash = Sha256::new();
    for text in [connection, user, topic] {
        // The length goes first, so that no two texts run together to the same bytes.
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
    fn texts_do_not_run_together() {
        let numbers = [1, 2, 3, 4];
        let one = fingerprint("portal", "ann@example.com", "Plans", numbers);
        // Stores hold them: they are not to change.
        assert_eq!(one, "d32b1ac20a21969916a275a374a2de2545e9bad413afbfef8e2bc88a3cb68e86");
        assert_ne!(one, fingerprint("portala", "nn@example.com", "Plans", numbers));
        assert_ne!(one, fingerprint("portal", "ann@example.com", "Plans", [1, 2, 3, 5]));
    }
}
