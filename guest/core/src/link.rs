//! Our links to conferences.

use sha2::{Digest, Sha256};

use crate::hex;

/// The last part of our link to a conference, 32 hexadecimal digits, from our id of it. People who join see it, so the id,
/// with which the CRM deletes, cannot be told from it.
pub fn link(id: &str) -> String {
    let digest = Sha256::new().chain_update("cordboard link ").chain_update(id).finalize();
    hex(&digest).chars().take(32).collect()
}
