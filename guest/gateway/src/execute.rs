//! Runs a plug operation to completion: calls the plug, performs the effect it returns, then calls it again with the
//! result.

use std::time::{Duration, Instant};

use cordboard_core::api_error::ApiError;
use cordboard_core::outbound::{Consequence, consequence, summary};
use cordboard_core::render::Captured;
use cordboard_core::resolved_settings::{OutboundKeys, ResolvedSettings};
use cordboard_core::rules::{
    MAX_EFFECT_BYTES, MAX_EFFECTS, MAX_EXCHANGED_BYTES, MAX_STATE_BYTES, Shortened, effect_bytes, effect_fits,
    state_bytes, value_fits,
};
use cordboard_core::types::effect::{
    self, Context, Effect, Exchange, Failure, OutboundFailure, OutboundRequest, StateEntry as PlugStateEntry,
};
use cordboard_core::types::http::Rejection;

use crate::config::Connection;
use crate::keys::{self, StateEntry};
use crate::plugs::provider::ReceivePause;
use crate::spin::clock::{now, random_bytes};
use crate::spin::log::warn;
use crate::spin::outgoing;
use crate::spin::store::Store;

const CHECK_PROVIDER: &str = "check the provider for leftovers";

/// The time limit of an operation.
pub const OPERATION_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a plug call returned no result.
pub enum Pause<E> {
    /// The plug requests an effect first.
    Effect(Effect),
    /// The operation failed.
    Failed(E),
}

impl From<effect::Pause> for Pause<Failure> {
    fn from(pause: effect::Pause) -> Self {
        match pause {
            effect::Pause::Effect(effect) => Self::Effect(effect),
            effect::Pause::Failed(failure) => Self::Failed(failure.shortened()),
        }
    }
}

impl From<ReceivePause> for Pause<Rejection> {
    fn from(pause: ReceivePause) -> Self {
        match pause {
            ReceivePause::Effect(effect) => Self::Effect(effect),
            ReceivePause::Rejected(rejection) => Self::Failed(rejection.shortened()),
        }
    }
}

/// Runs the plug until it returns a result. Saves its state even if the operation fails.
///
/// # Errors
/// Returns an error if the store fails, the operation times out or the plug violates the contract.
pub async fn execute<T, P, E>(
    connection: &Connection,
    store: &Store,
    call: impl Fn(&Context) -> Result<T, P>,
) -> Result<Result<T, E>, ApiError>
where
    Pause<E>: From<P>,
{
    let mut run = Run::begin(connection, store).await?;
    let end = loop {
        let effect = match call(&run.context).map_err(Pause::from) {
            Ok(value) => break Ok(Ok(value)),
            Err(Pause::Failed(failure)) => break Ok(Err(failure)),
            Err(Pause::Effect(effect)) => effect,
        };
        if let Some(why) = run.limit_exceeded(&effect) {
            break Err(why);
        }
        run.perform(effect).await;
    };
    run.save_state().await?;
    end
}

/// Builds the initial context of an operation, without exchanges.
///
/// # Errors
/// Returns an error if no random bytes are available.
pub fn context(settings: &ResolvedSettings, state: Vec<PlugStateEntry>, now: u64) -> Result<Context, ApiError> {
    Ok(Context {
        settings: settings.open().to_vec(),
        secrets: settings.secret_keys().cloned().collect(),
        state,
        now,
        random: random_bytes()?.to_vec(),
        exchanges: Vec::new(),
    })
}

struct Run<'a> {
    connection: &'a Connection,
    store: &'a Store,
    context: Context,
    state: Vec<StateEntry>,
    retired: Vec<String>,
    changed: bool,
    effect_bytes: usize,
    state_bytes: usize,
    deadline: Instant,
}

impl<'a> Run<'a> {
    async fn begin(connection: &'a Connection, store: &'a Store) -> Result<Self, ApiError> {
        let now = now();
        let mut state: Vec<StateEntry> = store.get(&state_key(connection)).await?.unwrap_or_default();
        state.retain(|entry| entry.expires_at.is_none_or(|at| at > now));
        let context = context(&connection.settings, state.iter().map(visible).collect(), now)?;
        Ok(Self {
            connection,
            store,
            context,
            state,
            retired: Vec::new(),
            changed: false,
            effect_bytes: 0,
            state_bytes: 0,
            deadline: Instant::now() + OPERATION_TIMEOUT,
        })
    }

    fn limit_exceeded(&mut self, effect: &Effect) -> Option<ApiError> {
        if self.context.exchanges.len() >= MAX_EFFECTS {
            let why = format!("the plug requests more than {MAX_EFFECTS} effects in one operation");
            return Some(ApiError::PlugFailed(why));
        }
        if Instant::now() >= self.deadline {
            return Some(ApiError::Unavailable("the operation timed out".to_owned()));
        }
        self.effect_bytes = self.effect_bytes.saturating_add(effect_bytes(effect));
        if self.effect_bytes > MAX_EFFECT_BYTES {
            let why = format!("the plug requests effects of more than {MAX_EFFECT_BYTES} bytes in one operation");
            return Some(ApiError::PlugFailed(why));
        }
        self.state_bytes = self.state_bytes.saturating_add(state_bytes(effect));
        if self.state_bytes > MAX_STATE_BYTES {
            let why = format!("the plug stores more than {MAX_STATE_BYTES} bytes of state in one operation");
            return Some(ApiError::PlugFailed(why));
        }
        let stored = self.state.iter().map(|entry| entry.key.as_str());
        let fits = effect_fits(stored, effect);
        (!fits).then(|| ApiError::PlugFailed("the plug exceeds the state limits of a connection".to_owned()))
    }

    async fn perform(&mut self, effect: Effect) {
        let exchange = match effect {
            Effect::Call(request) => self.call(&request).await,
            Effect::SetState(entries) => {
                for PlugStateEntry { key, value, expires_at } in entries {
                    self.set_state(StateEntry { key, value, captured: false, expires_at });
                }
                Exchange::Done
            }
            Effect::DeleteState(keys) => {
                self.remove_state(|entry| keys.contains(&entry.key));
                self.changed = true;
                Exchange::Done
            }
        };
        self.context.exchanges.push(exchange);
    }

    async fn call(&mut self, request: &OutboundRequest) -> Exchange {
        let captured = self.state.iter().filter(|entry| entry.captured);
        let captured = captured.map(|entry| (entry.key.as_str(), entry.value.as_str())).collect();
        let keys = OutboundKeys { settings: &self.connection.settings, captured, retired: &self.retired };
        let (answer, captured) = match outgoing::call(request, &keys, &self.connection.grants, self.deadline).await {
            Ok(answered) => answered,
            Err((failure, why)) if request.idempotent || failure == OutboundFailure::RefusedByPolicy => {
                warn(&format!("{}: {why}", self.connection));
                return Exchange::Failed(failure);
            }
            Err((failure, why)) => {
                warn(&format!(
                    "{}: {why}; if it was sent, it may have been carried out: {CHECK_PROVIDER}",
                    self.connection
                ));
                return Exchange::Failed(failure);
            }
        };
        if !request.idempotent && consequence(answer.status) == Consequence::InDoubt {
            let (connection, summary, status) = (self.connection, summary(request), answer.status);
            warn(&format!(
                "{connection}: {summary} may have been carried out, but the answer was {status}: {CHECK_PROVIDER}"
            ));
        }
        // Captured tokens count as state, even replaced ones, which are redacted until the operation ends.
        let captured_bytes: usize = captured.iter().map(|captured| captured.key.len() + captured.value.len()).sum();
        self.state_bytes = self.state_bytes.saturating_add(captured_bytes);
        let is_flood = self.state_bytes > MAX_STATE_BYTES;
        let too_long = is_flood || captured.iter().any(|captured| !value_fits(&captured.value));
        let stored = captured.into_iter().filter(|captured| !is_flood && value_fits(&captured.value));
        for Captured { key, value, expires_in } in stored {
            let expires_at = expires_in.map(|seconds| now().saturating_add(seconds.saturating_mul(1000)));
            self.set_state(StateEntry { key, value, captured: true, expires_at });
        }
        let exchanged: usize = self.context.exchanges.iter().map(size).sum();
        if too_long || exchanged + answer.body.len() > MAX_EXCHANGED_BYTES {
            return Exchange::Failed(OutboundFailure::TooLarge);
        }
        Exchange::Answered(answer)
    }

    fn set_state(&mut self, entry: StateEntry) {
        self.remove_state(|stored| stored.key == entry.key);
        self.state.push(entry);
        self.changed = true;
    }

    /// Removes state entries. Removed captured values are still redacted from answers until the operation ends.
    fn remove_state(&mut self, which: impl Fn(&StateEntry) -> bool) {
        let dropped = self.state.extract_if(.., |entry| which(entry)).filter(|entry| entry.captured);
        self.retired.extend(dropped.map(|entry| entry.value));
    }

    async fn save_state(&self) -> Result<(), ApiError> {
        if self.changed { self.store.set(&state_key(self.connection), &self.state).await } else { Ok(()) }
    }
}

fn state_key(connection: &Connection) -> String {
    keys::key("memory", &connection.key(), "")
}

fn visible(entry: &StateEntry) -> PlugStateEntry {
    let value = if entry.captured { String::new() } else { entry.value.clone() };
    PlugStateEntry { key: entry.key.clone(), value, expires_at: entry.expires_at }
}

fn size(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(answer) => answer.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
