//! Runs a settings call to completion: calls the plug, sends the request it returns, then calls it again with the
//! answer.

use std::time::Duration;

use tokio::time::Instant;

use super::{AppSettingsError, Unanswered};
use crate::contract::effect::{Context, Effect, Exchange, OutboundRequest};
use crate::contract::settings::SettingsPause;
use crate::egress::Egress;
use crate::flow::{now, outbound_keys, random_bytes};
use crate::plug::{CallError, Plug, SettingsResult};
use crate::topology::Generation;

/// The time limit for all requests of one call together.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum number of effects in one call, which is more than a settings call needs.
const MAX_EFFECTS: usize = 8;

/// Calls the plug of an app.
pub(super) struct SettingsClient<'a> {
    pub generation: &'a Generation,
    pub egress: &'a Egress,
}

impl SettingsClient<'_> {
    pub async fn call<T>(&self, call: impl Fn(&Plug, &Context) -> SettingsResult<T>) -> Result<T, AppSettingsError> {
        let mut context = context(self.generation)?;
        // There are no state entries: they belong to accounts, and this call is about an app.
        let keys = outbound_keys(self.generation, &[], &[]);
        let deadline = Instant::now() + TIMEOUT;
        let mut unanswered = None;
        while context.exchanges.len() < MAX_EFFECTS {
            let effect = match call(&self.generation.plug, &context).map_err(AppSettingsError::Broken)? {
                Ok(value) => return Ok(value),
                Err(SettingsPause::Failed(error)) => return Err(AppSettingsError::Settings(error, unanswered)),
                Err(SettingsPause::Effect(effect)) => effect,
            };
            let exchange = match effect {
                Effect::Call(request) => {
                    let sent = self.egress.send(&request, &keys, &self.generation.grants, deadline).await;
                    tracing::debug!(request = %sent.summary, result = %sent.reason, "settings request");
                    match sent.result {
                        Ok(answer) => Exchange::Answered(answer),
                        Err(failure) => {
                            unanswered = Some(Unanswered { reason: sent.reason, reached: sent.reached });
                            Exchange::Failed(failure)
                        }
                    }
                }
                Effect::SetState(_) | Effect::DeleteState(_) => Exchange::Done,
            };
            context.exchanges.push(exchange);
        }
        let why = format!("it returned more than {MAX_EFFECTS} effects in one call");
        Err(AppSettingsError::Broken(CallError::ContractBroken(why)))
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
        Ok(_) | Err(SettingsPause::Effect(_)) => {
            Err(AppSettingsError::unusable("the plug sends no request for this call: there is nothing to show"))
        }
    }
}

fn context(generation: &Generation) -> Result<Context, AppSettingsError> {
    Ok(generation.context(Vec::new(), now(), random_bytes().map_err(AppSettingsError::unusable)?))
}
