//! What is refused for a failure of ours, and a refusal as a reply.

use bytes::Bytes;
use cordboard_core::refusal::{Problem, Refusal};

use crate::plug::CallError;
use crate::store::StoreError;
use crate::world::Excess;

use super::respond::Reply;

impl From<&Refusal> for Reply {
    fn from(refusal: &Refusal) -> Self {
        let Problem { status, headers, body } = refusal.problem();
        Self { status, headers, body: Bytes::from(body), answer: None }
    }
}

impl From<Excess> for Refusal {
    fn from(excess: Excess) -> Self {
        Self::Excess { reason: excess.reason(), why: excess.to_string(), seconds: excess.seconds() }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Ours(format!("the store failed: {error}"))
    }
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        if error.is_passing() { Self::Ours(error.to_string()) } else { Self::Broken(error.to_string()) }
    }
}

/// The system has no randomness to give.
pub(super) fn no_randomness(_: getrandom::Error) -> Refusal {
    Refusal::Ours("the system has no randomness to give".to_owned())
}
