//! Public links to conferences.

use sha2::{Digest, Sha256};

use crate::hex;

/// The last segment of a conference's public link: 32 hexadecimal digits, derived from Cordboard's id of the
/// conference. Attendees see the link, so it must not reveal the id, which is all that the CRM sends to delete the
/// conference.
pub fn link(id: &str) -> String {
    let digest = Sha256::new().chain_update("cordboard link ").chain_update(id).finalize();
    hex(&digest).chars().take(32).collect()
}
