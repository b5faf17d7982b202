//! Detects creates that repeat an earlier one.

use std::sync::Arc;

use cordboard_core::SignedRequest;

use cordboard_store::{Conference, Finished};

use crate::flow::ApiError;
use crate::flow::command::Commands;

use super::answers::Answer;

/// The result of an earlier create.
pub struct Repeated {
    /// The conference that it created.
    pub conference: Conference,
    /// The answer to acknowledge, unless it already is.
    pub answer: Arc<Answer>,
}

/// Finds the create that this one repeats: by its bytes or, until its answer is acknowledged, by its fingerprint.
///
/// # Errors
/// Returns an error if the store fails.
pub async fn repeated(
    commands: &Commands,
    request: &SignedRequest,
    fingerprint: &str,
) -> Result<Option<Repeated>, ApiError> {
    loop {
        let Some((candidate, _)) = find(commands, request, fingerprint).await? else { return Ok(None) };
        let of = made(&candidate)?.id.clone();
        // Waits for an update or deletion of the conference that is in progress.
        let _guard = commands.conference_locks.lock(&of).await;
        let Some((finished, recorded)) = find(commands, request, fingerprint).await? else { return Ok(None) };
        let conference = made(&finished)?;
        if conference.id == of {
            let account = &conference.connection.account;
            let answer = commands.answers.reopen(account, &finished, &of, recorded).await?;
            return Ok(Some(Repeated { conference: conference.clone(), answer }));
        }
    }
}

/// Returns the create, and the digest of the request if the create is recorded to have answered it.
async fn find<'a>(
    commands: &Commands,
    request: &'a SignedRequest,
    fingerprint: &str,
) -> Result<Option<(Finished, Option<&'a str>)>, ApiError> {
    if let Some(finished) = commands.store.finished_request(&request.digest, request.unchanged()).await? {
        return Ok(Some((finished, Some(request.digest.as_str()))));
    }
    // Read before the store, so that an answer acknowledged in between is in one of the two.
    let acknowledged = commands.answers.acknowledged();
    let unacknowledged = commands.store.unacknowledged_create(fingerprint).await?;
    Ok(unacknowledged.filter(|finished| !acknowledged.contains(&finished.id)).map(|finished| (finished, None)))
}

fn made(finished: &Finished) -> Result<&Conference, ApiError> {
    finished.conference.as_ref().ok_or_else(|| ApiError::Unavailable("the conference's record is missing".to_owned()))
}
