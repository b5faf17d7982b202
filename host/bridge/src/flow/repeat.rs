//! Detects creates that repeat an earlier one.

use std::sync::Arc;

use cordboard_core::SignedRequest;

use cordboard_store::{Conference, Finished};

use super::ApiError;
use super::answers::Answer;
use super::state::BridgeState;

/// The result of an earlier create.
pub(super) struct Repeated {
    /// The conference that it created.
    pub conference: Conference,
    /// The answer to acknowledge; `None` if it already is.
    pub answer: Option<Arc<Answer>>,
}

/// Finds the create that this one repeats: by its bytes or, until its answer is acknowledged, by its fingerprint.
///
/// # Errors
/// Returns an error if the store fails.
pub(super) async fn repeated(
    state: &Arc<BridgeState>,
    request: &SignedRequest,
    fingerprint: &str,
) -> Result<Option<Repeated>, ApiError> {
    loop {
        let Some(candidate) = find(state, request, fingerprint).await? else { return Ok(None) };
        let of = made(&candidate)?.id.clone();
        // Waits for an update or deletion of the conference that is in progress.
        let _guard = state.conference_locks.lock(&of).await;
        let Some(finished) = find(state, request, fingerprint).await? else { return Ok(None) };
        let conference = made(&finished)?;
        if conference.id == of {
            let answer = Answer::reopen(state, &conference.connection.account, &finished, &of).await?;
            return Ok(Some(Repeated { conference: conference.clone(), answer }));
        }
    }
}

async fn find(state: &BridgeState, request: &SignedRequest, fingerprint: &str) -> Result<Option<Finished>, ApiError> {
    if let Some(finished) = state.store.finished_request(&request.digest, request.unchanged()).await? {
        return Ok(Some(finished));
    }
    // Read before the store, so that an answer acknowledged in between is in one of the two.
    let acknowledged = state.answers.acknowledged();
    let unacknowledged = state.store.unacknowledged_create(fingerprint).await?;
    Ok(unacknowledged.filter(|finished| !acknowledged.contains(&finished.id)))
}

fn made(finished: &Finished) -> Result<&Conference, ApiError> {
    finished.conference.as_ref().ok_or_else(|| ApiError::Unavailable("the conference's record is missing".to_owned()))
}
