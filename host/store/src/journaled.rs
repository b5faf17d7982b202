//! Effects in the form in which the journal stores them.

use std::io;

use cordboard_core::hex;
use cordboard_core::text::bounded;
use cordboard_core::types::effect::{Effect, OutboundRequest};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::spelling;

/// A journaled effect. An effect that may have been performed is stored whole, so that a resumed operation can perform
/// it; one that policy refused is stored by its digest, since it was never sent and may be of any size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JournaledEffect {
    /// A request that policy refused.
    Refused {
        /// What is stored of it.
        refused: RefusedRequest,
    },
    /// Any other effect.
    Whole(Effect),
}

/// A request that policy refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRequest {
    /// SHA-256 of the effect, in hexadecimal; a replayed plug must return the same effect.
    pub digest: String,
    /// Method and address, without query and secrets.
    pub summary: String,
    /// Why policy refused it.
    pub why: String,
}

impl RefusedRequest {
    /// Summarizes a refused effect, given its request in one line and the reason.
    pub fn new(effect: &Effect, summary: &str, why: &str) -> Self {
        Self { digest: digest(effect), summary: bounded(summary), why: bounded(why) }
    }
}

impl JournaledEffect {
    /// Returns whether this is the given effect.
    pub fn is(&self, effect: &Effect) -> bool {
        match self {
            Self::Whole(whole) => whole == effect,
            Self::Refused { refused } => {
                matches!(effect, Effect::Call(_))
                    && (refused.digest == digest(effect) || refused.digest == digest_as_stored(effect))
            }
        }
    }

    /// Returns the request, if it may have been sent.
    pub fn request(&self) -> Option<&OutboundRequest> {
        match self {
            Self::Whole(Effect::Call(request)) => Some(request),
            Self::Whole(Effect::SetState(_) | Effect::DeleteState(_)) | Self::Refused { .. } => None,
        }
    }
}

impl From<Effect> for JournaledEffect {
    fn from(effect: Effect) -> Self {
        Self::Whole(effect)
    }
}

/// Digests the effect's JSON without copying it.
fn digest(effect: &Effect) -> String {
    struct Hashing(Sha256);
    impl io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hashing = Hashing(Sha256::new());
    // Serializing a contract type cannot fail, and neither can hashing.
    let _ = serde_json::to_writer(&mut hashing, effect);
    hex(&hashing.0.finalize())
}

/// Digests the effect's JSON in the stored spelling.
fn digest_as_stored(effect: &Effect) -> String {
    let json = serde_json::to_string(effect).unwrap_or_default();
    hex(&Sha256::digest(spelling::as_stored(json)))
}

#[cfg(test)]
mod tests {
    use cordboard_core::types::effect::{Method, Piece};

    use super::*;

    fn request(header: &str) -> OutboundRequest {
        OutboundRequest {
            method: Method::Get,
            url: vec![Piece::Text("https://host.example/path?query".to_owned())],
            headers: vec![("x".to_owned(), vec![Piece::Text(header.to_owned())])],
            basic: None,
            body: Vec::new(),
            captures: Vec::new(),
            idempotent: true,
        }
    }

    #[test]
    fn a_refused_request_is_matched_by_its_digest_alone() {
        let long = "x".repeat(1 << 20);
        let effect = Effect::Call(request(&long));
        let refused = RefusedRequest::new(&effect, "GET https://host.example/path", "the headers are too long");
        let journaled = JournaledEffect::Refused { refused };
        let stored = serde_json::to_string(&journaled).unwrap();
        assert!(stored.len() < 1000 && stored.contains("https://host.example/path"), "{stored}");
        let read: JournaledEffect = serde_json::from_str(&stored).unwrap();
        assert!(read == journaled && read.is(&Effect::Call(request(&long))));
        assert!(!read.is(&Effect::Call(request("y"))) && !read.is(&Effect::DeleteState(Vec::new())));
        assert!(read.request().is_none());
    }

    /// Journals that predate refusals hold effects in this form.
    #[test]
    fn any_other_effect_is_stored_as_plain_json() {
        for effect in
            [Effect::Call(request("y")), Effect::DeleteState(vec!["key".to_owned()]), Effect::SetState(Vec::new())]
        {
            let stored = serde_json::to_string(&effect).unwrap();
            let read: JournaledEffect = serde_json::from_str(&stored).unwrap();
            assert!(read.is(&effect) && serde_json::to_string(&read).unwrap() == stored);
        }
    }
}
