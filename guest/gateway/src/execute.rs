//! Runs a plug operation to completion: calls the plug, performs the effect it returns, then calls it again with the
//! result.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use cordboard_core::engine::{Call, Engine, Limits, Pause, PlugState, StateEntry, Step, Violation};
use cordboard_core::outbound::{Consequence, consequence, summary};
use cordboard_core::resolved_settings::ResolvedSettings;
use cordboard_core::rules::Shortened;
use cordboard_core::types::effect::{Context, OutboundFailure, OutboundRequest, StateEntry as ShownEntry};

use crate::config::Connection;
use crate::keys;
use crate::spin::clock::{now, random_bytes};
use crate::spin::log::warn;
use crate::spin::outgoing::{self, Sent};
use crate::spin::store::Store;

const CHECK_PROVIDER: &str = "check the provider for leftovers";

/// The time limit of an operation.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the plug until it returns a result. Saves its state even if the operation fails.
///
/// # Errors
/// Returns an error if the store fails, the operation times out or the plug violates the contract.
pub async fn execute<T, P, E>(
    connection: &Connection,
    store: &Store,
    plug_call: impl Fn(&Context) -> Result<T, P>,
) -> Result<Result<T, E>, ApiError>
where
    P: Into<Pause<E>>,
    E: Shortened,
{
    let (started_at, deadline) = (now(), Instant::now() + OPERATION_TIMEOUT);
    let state_key = keys::key("memory", &connection.key(), "");
    let mut entries: Vec<StateEntry> = store.get(&state_key).await?.unwrap_or_default();
    entries.retain(|entry| entry.expires_at.is_none_or(|at| at > started_at));
    let state = PlugState::new(entries);
    let context = context(&connection.settings, state.shown(), started_at)?;
    // Without a journal, because an interrupted operation is never resumed.
    let mut engine = Engine::new(context, state, Limits::default(), ());
    let mut has_called = false;
    let end = loop {
        match engine.advance(plug_call(engine.context()), Instant::now() >= deadline) {
            Step::Done(value) => break Ok(Ok(value)),
            Step::Failed(failure) => break Ok(Err(failure.shortened())),
            Step::Violation(Violation::OutOfTime) => {
                let why = "the operation timed out".to_owned();
                break Err(if has_called { ApiError::OutcomeUnknown(why) } else { ApiError::Unavailable(why) });
            }
            Step::Violation(violation) => break Err(ApiError::PlugFailed(violation.to_string())),
            Step::Continue => {}
            Step::Call(Call { request, .. }) => {
                let sent = {
                    let keys = engine.state().outbound_keys(&connection.settings);
                    outgoing::call(&request, &keys, &connection.grants, deadline).await
                };
                log(connection, &request, &sent);
                has_called = true;
                engine.complete(sent.map_err(|(failure, _)| failure), now());
            }
        }
    };
    if engine.state().is_changed() {
        store.set(&state_key, &engine.state().entries()).await?;
    }
    end
}

/// Builds the initial context of an operation, without exchanges.
///
/// # Errors
/// Returns an error if no random bytes are available.
pub fn context(settings: &ResolvedSettings, state: Vec<ShownEntry>, now: u64) -> Result<Context, ApiError> {
    Ok(settings.context(state, now, random_bytes()?.to_vec()))
}

/// Logs a request that failed, or that may have been carried out although the plug cannot know.
fn log(connection: &Connection, request: &OutboundRequest, sent: &Sent) {
    let why = match sent {
        Ok((answer, _)) if !request.idempotent && consequence(answer.status) == Consequence::InDoubt => {
            let (summary, status) = (summary(request), answer.status);
            format!("{summary} may have been carried out, but the answer was {status}: {CHECK_PROVIDER}")
        }
        Ok(_) => return,
        Err((OutboundFailure::RefusedByPolicy, why)) => why.clone(),
        Err((_, why)) if request.idempotent => why.clone(),
        Err((_, why)) => format!("{why}; if it was sent, it may have been carried out: {CHECK_PROVIDER}"),
    };
    warn(&format!("{connection}: {why}"));
}
