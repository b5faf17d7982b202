//! Runs a settings call to completion: calls the plug, sends the request it returns, then calls it again with the
//! answer.

use std::time::Duration;

use cordboard_core::engine::{Call, Engine, Limits, PlugState, Step};
use tokio::time::Instant;

use super::{AppSettingsError, Unanswered};
use crate::clock::now;
use crate::random::random_bytes;
use crate::topology::Generation;
use cordboard_egress::Egress;
use cordboard_runtime::contract::effect::{Context, Effect, OutboundRequest};
use cordboard_runtime::contract::settings::SettingsPause;
use cordboard_runtime::{Plug, SettingsResult};

/// The time limit for all requests of one call together.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of effects in one call, which is more than a settings call needs.
const MAX_EFFECTS: usize = 8;

/// Calls the plug of an app until it returns a result.
pub(super) async fn call<T>(
    generation: &Generation,
    egress: &Egress,
    call: impl Fn(&Plug, &Context) -> SettingsResult<T>,
) -> Result<T, AppSettingsError> {
    // The state is discarded afterwards: entries belong to accounts, and this call concerns an app.
    let limits = Limits { effects: MAX_EFFECTS, ..Limits::default() };
    let mut engine = Engine::new(context(generation)?, PlugState::default(), limits, ());
    let deadline = Instant::now() + TIMEOUT;
    let mut unanswered = None;
    loop {
        let result = call(&generation.plug, engine.context()).map_err(AppSettingsError::Broken)?;
        // Never out of time: after the deadline all requests fail, and the plug reports what it could not do.
        match engine.advance(result, false) {
            Step::Done(value) => return Ok(value),
            Step::Failed(error) => return Err(AppSettingsError::Settings(error, unanswered)),
            Step::Violation(violation) => return Err(AppSettingsError::Broken(violation.into())),
            Step::Continue => {}
            Step::Call(Call { request, .. }) => {
                let sent = {
                    let keys = engine.state().outbound_keys(&generation.settings);
                    egress.send(&request, &keys, &generation.grants, deadline).await
                };
                tracing::debug!(request = %sent.summary, result = %sent.reason, "settings request");
                if sent.result.is_err() {
                    unanswered = Some(Unanswered { reason: sent.reason, reached: sent.reached });
                }
                engine.complete(sent.result.map(|answer| (answer, sent.captured)), now());
            }
        }
    }
}

/// Returns the first request of a call.
pub(super) fn request<T>(
    generation: &Generation,
    call: impl Fn(&Plug, &Context) -> SettingsResult<T>,
) -> Result<OutboundRequest, AppSettingsError> {
    match call(&generation.plug, &context(generation)?).map_err(AppSettingsError::Broken)? {
        Err(SettingsPause::Effect(Effect::Call(request))) => Ok(request),
        Err(SettingsPause::Failed(error)) => Err(AppSettingsError::Settings(error, None)),
        Ok(_) | Err(SettingsPause::Effect(_)) => Err(AppSettingsError::NoRequest),
    }
}

fn context(generation: &Generation) -> Result<Context, AppSettingsError> {
    let random = random_bytes().map_err(|_| AppSettingsError::Randomness)?;
    Ok(generation.settings.context(Vec::new(), now(), random.to_vec()))
}
