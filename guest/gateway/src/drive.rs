//! How an operation of a plug is carried to its end: the plug runs, its effect is had, and it runs again.

use std::time::{Duration, Instant};

use cordboard_core::bound::{Bound, OutboundKeys};
use cordboard_core::outbound::{Consequence, consequence, summary};
use cordboard_core::refusal::Refusal;
use cordboard_core::render::Sealed;
use cordboard_core::rules::{
    MAX_EFFECT_BYTES, MAX_EFFECTS, MAX_EXCHANGED_BYTES, MAX_STATE_BYTES, Shortened, effect_bytes, effect_fits,
    state_bytes, value_fits,
};
use cordboard_core::types::effect::{
    Context, Effect, Exchange, Failure, Memo as PlugMemo, OutboundFailure, OutboundRequest, Pause,
};
use cordboard_core::types::http::Rejection;

use crate::kept::{self, Memo};
use crate::owner::Connection;
use crate::plugs::provider::ReceivePause;
use crate::spin::clock::{now, random_bytes};
use crate::spin::log::say;
use crate::spin::outgoing;
use crate::spin::store::Store;

const LOOK: &str = "look at the provider whether something is left there";

/// Until an operation is given up.
pub const OPERATION: Duration = Duration::from_secs(30);

/// Why a plug's run has no result.
pub enum Stop<E> {
    /// This is wanted first.
    Effect(Effect),
    /// Its own word for failure.
    Failed(E),
}

impl From<Pause> for Stop<Failure> {
    fn from(pause: Pause) -> Self {
        match pause {
            Pause::Effect(effect) => Self::Effect(effect),
            Pause::Failed(failure) => Self::Failed(failure.shortened()),
        }
    }
}

impl From<ReceivePause> for Stop<Rejection> {
    fn from(pause: ReceivePause) -> Self {
        match pause {
            ReceivePause::Effect(effect) => Self::Effect(effect),
            ReceivePause::Rejected(rejection) => Self::Failed(rejection.shortened()),
        }
    }
}

/// Runs the plug until it has a result. What it remembers on the way is kept, whatever comes of it.
///
/// # Errors
/// Where the store fails, or the plug breaks the contract.
pub async fn drive<T, P, E>(
    connection: &Connection,
    store: &Store,
    call: impl Fn(&Context) -> Result<T, P>,
) -> Result<Result<T, E>, Refusal>
where
    Stop<E>: From<P>,
{
    let mut run = Run::begin(connection, store).await?;
    let end = loop {
        let effect = match call(&run.context).map_err(Stop::from) {
            Ok(value) => break Ok(Ok(value)),
            Err(Stop::Failed(failure)) => break Ok(Err(failure)),
            Err(Stop::Effect(effect)) => effect,
        };
        if let Some(why) = run.excess(&effect) {
            break Err(why);
        }
        run.have(effect).await;
    };
    run.remember().await?;
    end
}

/// What a plug may know, before anything has come of what it asks for.
///
/// # Errors
/// Where the host has no randomness to give.
pub fn context(bound: &Bound, memory: Vec<PlugMemo>, now: u64) -> Result<Context, Refusal> {
    Ok(Context {
        settings: bound.open().to_vec(),
        secrets: bound.secret_keys().cloned().collect(),
        memory,
        now,
        random: random_bytes()?.to_vec(),
        exchanges: Vec::new(),
    })
}

struct Run<'a> {
    connection: &'a Connection,
    store: &'a Store,
    context: Context,
    memory: Vec<Memo>,
    captured: Vec<String>,
    changed: bool,
    effect_bytes: usize,
    state_bytes: usize,
    deadline: Instant,
}

impl<'a> Run<'a> {
    async fn begin(connection: &'a Connection, store: &'a Store) -> Result<Self, Refusal> {
        let now = now();
        let mut memory: Vec<Memo> = store.get(&memory_key(connection)).await?.unwrap_or_default();
        memory.retain(|memo| memo.expires_at.is_none_or(|at| at > now));
        let context = context(&connection.bound, memory.iter().map(shown).collect(), now)?;
        Ok(Self {
            connection,
            store,
            context,
            memory,
            captured: Vec::new(),
            changed: false,
            effect_bytes: 0,
            state_bytes: 0,
            deadline: Instant::now() + OPERATION,
        })
    }

    fn excess(&mut self, effect: &Effect) -> Option<Refusal> {
        if self.context.exchanges.len() >= MAX_EFFECTS {
            let why = format!("the plug asks for more than {MAX_EFFECTS} effects in one operation");
            return Some(Refusal::Broken(why));
        }
        if Instant::now() >= self.deadline {
            return Some(Refusal::Ours("the operation took too long".to_owned()));
        }
        self.effect_bytes = self.effect_bytes.saturating_add(effect_bytes(effect));
        if self.effect_bytes > MAX_EFFECT_BYTES {
            let why = format!("the plug asks for effects of more than {MAX_EFFECT_BYTES} bytes in one operation");
            return Some(Refusal::Broken(why));
        }
        self.state_bytes = self.state_bytes.saturating_add(state_bytes(effect));
        if self.state_bytes > MAX_STATE_BYTES {
            let why = format!("the plug wants more than {MAX_STATE_BYTES} bytes of state kept in one operation");
            return Some(Refusal::Broken(why));
        }
        let kept = self.memory.iter().map(|memo| memo.key.as_str());
        let fits = effect_fits(kept, effect);
        (!fits).then(|| Refusal::Broken("the plug wants to remember more than a connection may".to_owned()))
    }

    async fn have(&mut self, effect: Effect) {
        let exchange = match effect {
            Effect::Call(request) => self.call(&request).await,
            Effect::Remember(memos) => {
                for PlugMemo { key, value, expires_at } in memos {
                    self.keep(Memo { key, value, sealed: false, expires_at });
                }
                Exchange::Done
            }
            Effect::Forget(keys) => {
                self.drop_memos(|memo| keys.contains(&memo.key));
                self.changed = true;
                Exchange::Done
            }
        };
        self.context.exchanges.push(exchange);
    }

    async fn call(&mut self, request: &OutboundRequest) -> Exchange {
        let sealed = self.memory.iter().filter(|memo| memo.sealed);
        let sealed = sealed.map(|memo| (memo.key.as_str(), memo.value.as_str())).collect();
        let keys = OutboundKeys { bound: &self.connection.bound, sealed, captured: &self.captured };
        let (answer, sealed) = match outgoing::call(request, &keys, &self.connection.grants, self.deadline).await {
            Ok(answered) => answered,
            Err((failure, why)) if request.repeatable || failure == OutboundFailure::RefusedByPolicy => {
                say(&format!("{}: {why}", self.connection));
                return Exchange::Failed(failure);
            }
            Err((failure, why)) => {
                say(&format!("{}: {why}; if it was sent, it may have been carried out: {LOOK}", self.connection));
                return Exchange::Failed(failure);
            }
        };
        if !request.repeatable && consequence(answer.status) == Consequence::InDoubt {
            let (connection, summary, status) = (self.connection, summary(request), answer.status);
            say(&format!("{connection}: {summary} may have been carried out, but the answer was {status}: {LOOK}"));
        }
        // Captured tokens are state too, replaced ones as well: they stay hidden until the operation ends.
        let captured: usize = sealed.iter().map(|sealed| sealed.key.len() + sealed.value.len()).sum();
        self.state_bytes = self.state_bytes.saturating_add(captured);
        let is_flood = self.state_bytes > MAX_STATE_BYTES;
        let too_long = is_flood || sealed.iter().any(|sealed| !value_fits(&sealed.value));
        let kept = sealed.into_iter().filter(|sealed| !is_flood && value_fits(&sealed.value));
        for Sealed { key, value, expires_in } in kept {
            let expires_at = expires_in.map(|seconds| now().saturating_add(seconds.saturating_mul(1000)));
            self.keep(Memo { key, value, sealed: true, expires_at });
        }
        let shown: usize = self.context.exchanges.iter().map(size).sum();
        if too_long || shown + answer.body.len() > MAX_EXCHANGED_BYTES {
            return Exchange::Failed(OutboundFailure::TooLarge);
        }
        Exchange::Answered(answer)
    }

    fn keep(&mut self, memo: Memo) {
        self.drop_memos(|kept| kept.key == memo.key);
        self.memory.push(memo);
        self.changed = true;
    }

    /// What was captured stays hidden until the operation ends, though its memo is gone.
    fn drop_memos(&mut self, which: impl Fn(&Memo) -> bool) {
        let dropped = self.memory.extract_if(.., |memo| which(memo)).filter(|memo| memo.sealed);
        self.captured.extend(dropped.map(|memo| memo.value));
    }

    async fn remember(&self) -> Result<(), Refusal> {
        if self.changed { self.store.set(&memory_key(self.connection), &self.memory).await } else { Ok(()) }
    }
}

fn memory_key(connection: &Connection) -> String {
    kept::key("memory", &connection.key(), "")
}

fn shown(memo: &Memo) -> PlugMemo {
    let value = if memo.sealed { String::new() } else { memo.value.clone() };
    PlugMemo { key: memo.key.clone(), value, expires_at: memo.expires_at }
}

fn size(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(answer) => answer.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
