//! One call, carried to its end: the plug runs, what it asks for is sent, and it runs again with the answer.

use std::time::Duration;

use tokio::time::Instant;

use super::{AppSettingsError, Unanswered};
use crate::contract::effect::{Context, Effect, Exchange, OutboundRequest};
use crate::contract::settings::SettingsPause;
use crate::egress::Egress;
use crate::flow::{now, outbound_keys, random_bytes};
use crate::plug::{CallError, Plug, SettingsResult};
use crate::topology::Generation;

/// For all requests of one call together.
const TIMEOUT: Duration = Duration::from_secs(30);

/// More than a settings call needs.
const MAX_EFFECTS: usize = 8;

/// Who asks, and how.
pub(super) struct SettingsClient<'a> {
    pub generation: &'a Generation,
    pub egress: &'a Egress,
}

impl SettingsClient<'_> {
    pub async fn call<T>(&self, call: impl Fn(&Plug, &Context) -> SettingsResult<T>) -> Result<T, AppSettingsError> {
        let mut context = context(self.generation)?;
        // State entries are an account's, and this is about an app.
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
                    tracing::debug!("{}: {}", sent.summary, sent.reason);
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
        let why = format!("it asks for more than {MAX_EFFECTS} effects in one call");
        Err(AppSettingsError::Broken(CallError::ContractBroken(why)))
    }
}

/// The first request that a call asks for.
pub(super) fn request<T>(
    generation: &Generation,
    call: impl Fn(&Plug, &Context) -> SettingsResult<T>,
) -> Result<OutboundRequest, AppSettingsError> {
    match call(&generation.plug, &context(generation)?).map_err(AppSettingsError::Broken)? {
        Err(SettingsPause::Effect(Effect::Call(request))) => Ok(request),
        Err(SettingsPause::Failed(error)) => Err(AppSettingsError::Settings(error, None)),
        Ok(_) | Err(SettingsPause::Effect(_)) => {
            Err(AppSettingsError::unusable("the plug sends nothing for this: there is nothing to show"))
        }
    }
}

fn context(generation: &Generation) -> Result<Context, AppSettingsError> {
    Ok(generation.context(Vec::new(), now(), random_bytes().map_err(AppSettingsError::unusable)?))
}
