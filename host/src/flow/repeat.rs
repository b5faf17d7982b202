//! Whether a create is an earlier one, sent again.

use std::sync::Arc;

use cordboard_core::repeat_window;

use crate::store::{Conference, Finished};

use super::ApiError;
use super::answers::Answer;
use super::state::BridgeState;

/// The request with which the CRM asks.
pub(super) struct SignedRequest {
    /// Equal for the same request byte for byte with the same proof of its sender.
    pub digest: String,
    /// Whether that proof covers the time at which it was sent.
    pub covers_time: bool,
    /// Epoch milliseconds.
    pub received_at: u64,
}

/// What an earlier request was answered with, or would have been.
pub(super) struct Repeated {
    /// What it made.
    pub conference: Conference,
    /// To be acknowledged; none where it was before.
    pub answer: Option<Arc<Answer>>,
}

/// The create that this one repeats, by its bytes or, while the CRM is not known to have the answer, by its
/// fingerprint.
///
/// # Errors
/// Where the store fails.
pub(super) async fn repeated(
    state: &Arc<BridgeState>,
    request: &SignedRequest,
    fingerprint: &str,
) -> Result<Option<Repeated>, ApiError> {
    loop {
        let Some(candidate) = find(state, request, fingerprint).await? else { return Ok(None) };
        let of = made(&candidate)?.id.clone();
        // Whatever is under way about the conference ends first: a change, or its being taken back.
        let _guard = state.conference_locks.lock(&of).await;
        let Some(finished) = find(state, request, fingerprint).await? else { return Ok(None) };
        let conference = made(&finished)?;
        if conference.id == of {
            let answer = Answer::reopen(state, conference.connection.account, &finished, &of).await?;
            return Ok(Some(Repeated { conference: conference.clone(), answer }));
        }
    }
}

async fn find(state: &BridgeState, request: &SignedRequest, fingerprint: &str) -> Result<Option<Finished>, ApiError> {
    // Where the proof covers no time, two meetings that look alike come with the same bytes.
    let unchanged = (!request.covers_time).then(|| repeat_window(request.received_at));
    if let Some(finished) = state.store.finished_request(&request.digest, unchanged).await? {
        return Ok(Some(finished));
    }
    // Looked at before the store is asked: what is acknowledged by then is in one of the two.
    let acknowledged = state.answers.acknowledged();
    let unacknowledged = state.store.unacknowledged_create(fingerprint).await?;
    Ok(unacknowledged.filter(|finished| !acknowledged.contains(&finished.id)))
}

fn made(finished: &Finished) -> Result<&Conference, ApiError> {
    finished.conference.as_ref().ok_or_else(|| ApiError::Unavailable("the conference's record is missing".to_owned()))
}
