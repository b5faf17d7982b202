//! Runs a plug operation to completion: calls the plug, journals and performs the effect it returns, then calls it
//! again with the result.
//!
//! An effect is committed before it is performed, and its result before the next effect is. So after a crash the
//! journal lists every request that may have been sent, and only idempotent ones are repeated.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard_core::render::Captured;
use serde::Serialize;

use crate::contract::effect::{Context, Effect, Exchange, OutboundFailure, OutboundRequest};
use crate::egress::{Ready, Sent};
use crate::plug::rules::{MAX_EFFECT_BYTES, MAX_STATE_BYTES, effect_bytes, state_bytes, value_fits};
use crate::plug::{CallError, Plug};
use crate::store::{
    Change, Committed, ConnectionId, Ending, Exchanged, Journal, JournaledEffect, Operation, RefusedRequest, Scope,
    StateEntry, StoreError,
};
use crate::topology::{AccountLimiter, Connection, Generation, Rollout, while_waiting};

use super::ApiError;
use super::compare::{CompletedRun, CompletionRecord};
use super::in_doubt::InDoubt;
use super::invocation::{Invocation, value};
use super::keys::outbound_keys;
use super::operation::{context, json, read};
use super::plug_state::{fits, shown};
use super::shadow;
use super::state::{BridgeState, now};

pub(super) use super::pause::{Completion, Pause};

const COMMIT_RETRY_AFTER: Duration = Duration::from_millis(100);

/// An operation in progress.
pub(super) struct Run<'a> {
    state: &'a BridgeState,
    generation: Arc<Generation>,
    limiter: Arc<AccountLimiter>,
    invocation: Arc<Invocation>,
    shadow: Option<Arc<Rollout>>,
    scope: Scope,
    operation: Operation,
    context: Context,
    plug_state: Vec<StateEntry>,
    retired: Vec<String>,
    pending: Vec<Change>,
    begun: bool,
    has_called: bool,
    journaled: Vec<Exchanged>,
    effects: Vec<JournaledEffect>,
    effect_bytes: usize,
    state_bytes: usize,
    in_doubt: InDoubt,
    deadline: Instant,
}

impl<'a> Run<'a> {
    /// Begins an operation. Nothing is written yet; its input and context are filled in when it is journaled. If the
    /// connection's live generation serves it, a shadow candidate replays it afterwards.
    ///
    /// # Errors
    /// Returns an error if the store or the system's randomness fails.
    pub async fn begin(
        state: &'a BridgeState,
        connection: &Connection,
        generation: &Arc<Generation>,
        operation: Operation,
        invocation: Invocation,
    ) -> Result<Self, ApiError> {
        let scope = Scope::Connection(operation.connection.clone());
        let plug_state = state.store.plug_state(&scope, operation.started_at).await?;
        let context = context(generation, plug_state.iter().map(shown).collect(), operation.started_at)?;
        let shadow = connection.shadow().filter(|_| Arc::ptr_eq(generation, &connection.generation)).cloned();
        let deadline = Instant::now() + state.limits.operation;
        Ok(Self {
            state,
            generation: Arc::clone(generation),
            limiter: state.topology().limiter(connection.id.account),
            invocation: Arc::new(invocation),
            shadow,
            scope,
            operation,
            context,
            plug_state,
            retired: Vec::new(),
            pending: Vec::new(),
            begun: false,
            has_called: false,
            journaled: Vec::new(),
            effects: Vec::new(),
            effect_bytes: 0,
            state_bytes: 0,
            in_doubt: InDoubt::default(),
            deadline,
        })
    }

    /// Resumes an operation that a crash interrupted, from its journal.
    ///
    /// # Errors
    /// Returns an error if the store fails or the journal cannot be read.
    pub async fn resume(
        state: &'a BridgeState,
        connection: &Connection,
        generation: &Arc<Generation>,
        journal: Journal,
    ) -> Result<Self, ApiError> {
        let Journal { operation, exchanges } = journal;
        let context: Context = read(&operation.context)?;
        let invocation: Invocation = read(&operation.input)?;
        let mut run = Self::begin(state, connection, generation, operation, invocation).await?;
        run.context = context;
        run.begun = true;
        run.journaled = exchanges;
        Ok(run)
    }

    /// Returns the invocation of the plug.
    pub fn invocation(&self) -> Arc<Invocation> {
        Arc::clone(&self.invocation)
    }

    /// Returns the generation that serves the operation.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// Sets what the operation is about, for messages to the operator.
    pub fn about(mut self, about: String) -> Self {
        self.in_doubt.about = about;
        self
    }

    /// Returns whether to log that the plug call failed, with the number of such lines suppressed for its account.
    pub fn log_broken(&self) -> Option<u64> {
        self.limiter.broken_plugs().admit()
    }

    /// Returns our id of the operation.
    pub fn id(&self) -> &str {
        &self.operation.id
    }

    /// Returns our id of the conference that the operation concerns or would create.
    pub fn conference(&self) -> Option<String> {
        self.operation.conference.clone()
    }

    /// Returns the connection whose plug runs the operation.
    pub fn connection(&self) -> &ConnectionId {
        &self.operation.connection
    }

    /// Returns the digest of the plug.
    pub fn plug(&self) -> &str {
        &self.operation.plug
    }

    /// Returns when the operation began, in epoch milliseconds.
    pub fn started_at(&self) -> u64 {
        self.operation.started_at
    }

    /// Runs the plug until it returns a result.
    ///
    /// # Errors
    /// Returns an error if the store fails; effects performed until then are journaled.
    pub async fn execute<T: Serialize + Send, E: Serialize + Send>(
        &mut self,
        call: impl Fn(&Plug, &Context) -> Result<Result<T, Pause<E>>, CallError> + Sync,
    ) -> Result<Completion<T, E>, StoreError> {
        let completion = self.run_plug(call).await?;
        if let Some(rollout) = self.shadow.take() {
            let ended = match &completion {
                Completion::Done(result) => CompletionRecord::Done(value(result)),
                Completion::Failed(failure) => CompletionRecord::Failed(value(failure)),
                Completion::Broken(error) => CompletionRecord::Broken(error.to_string()),
            };
            let effects = std::mem::take(&mut self.effects);
            let completed =
                CompletedRun { invocation: self.invocation(), context: self.context.clone(), effects, ended };
            let (connection, operation) = (self.operation.connection.clone(), self.operation.id.clone());
            shadow::spawn(&self.state.store, &self.limiter, connection, operation, rollout, completed);
        }
        Ok(completion)
    }

    async fn run_plug<T: Send, E: Send>(
        &mut self,
        call: impl Fn(&Plug, &Context) -> Result<Result<T, Pause<E>>, CallError> + Sync,
    ) -> Result<Completion<T, E>, StoreError> {
        loop {
            let (generation, limiter) = (Arc::clone(&self.generation), Arc::clone(&self.limiter));
            let permit = limiter.slow_calls().acquire(generation.needs_permit(), self.deadline).await;
            let Some(permit) = permit else { return Ok(Completion::Broken(CallError::Busy)) };
            let effect = match generation.slow_call_detector.run(permit, || call(&generation.plug, &self.context)) {
                Ok(Ok(value)) => return Ok(Completion::Done(value)),
                Ok(Err(Pause::Failed(failure))) => return Ok(Completion::Failed(failure)),
                Ok(Err(Pause::Effect(effect))) => effect,
                Err(error) => return Ok(Completion::Broken(error)),
            };
            let number = self.context.exchanges.len();
            self.effect_bytes = self.effect_bytes.saturating_add(effect_bytes(&effect));
            self.state_bytes = self.state_bytes.saturating_add(state_bytes(&effect));
            if let Some(journaled) = self.journaled.get(number) {
                if !journaled.effect.is(&effect) {
                    self.record_for_shadow(|| effect.clone().into());
                    self.in_doubt.record_abandoned(self.journaled.get(number..).unwrap_or_default());
                    return Ok(Completion::Broken(CallError::ContractBroken(
                        "it returned a different effect than before the interruption".to_owned(),
                    )));
                }
                if let Some(exchange) = journaled.exchange.clone() {
                    if let Effect::Call(request) = &effect {
                        self.in_doubt.record(request, &exchange, "no answer arrived");
                    }
                    let journaled = journaled.effect.clone();
                    self.record_for_shadow(|| journaled);
                    self.context.exchanges.push(exchange);
                    continue;
                }
                if let Effect::Call(request) = &effect
                    && !request.idempotent
                {
                    // The request may have arrived, and a second one might create a second conference.
                    self.in_doubt.record_lost(request, "the answer was lost when the host stopped");
                    self.record_for_shadow(|| effect.clone().into());
                    self.record_exchange(number, Exchange::Failed(OutboundFailure::Unreachable));
                    continue;
                }
            } else if let Some(broken) = self.limit_violation(number, &effect) {
                self.record_for_shadow(|| effect.into());
                return Ok(Completion::Broken(broken));
            }
            self.perform(number, effect).await?;
        }
    }

    /// Finishes the operation in one commit: the last exchange, `more` and its outcome.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn finish(
        mut self,
        outcome: String,
        succeeded: bool,
        leftover: Option<String>,
        more: Vec<Change>,
    ) -> Result<Committed, StoreError> {
        let mut changes = Vec::with_capacity(self.pending.len() + more.len() + 2);
        if !self.begun {
            changes.push(self.begin_record());
        }
        changes.append(&mut self.pending);
        changes.extend(more);
        let leftover = leftover.or_else(|| std::mem::take(&mut self.in_doubt).into_leftover(succeeded));
        let ending = Ending { outcome, succeeded, leftover, finished_at: now() };
        changes.push(Change::Finish { operation: self.operation.id.clone(), ending });
        self.commit(changes).await
    }

    /// Returns whether the operation had effects, so that its end must be stored.
    pub fn had_effects(&self) -> bool {
        self.begun || !self.pending.is_empty()
    }

    /// Charges written bytes to the account. The body of a webhook request was already charged when it arrived.
    pub fn charge(&self, changes: &[Change]) {
        let written =
            changes.iter().filter(|change| !matches!(change, Change::PutInboundRequest(_))).map(Change::bytes).sum();
        self.limiter.charge(written);
    }

    /// Commits changes. A provider's answer is lost unless it is stored, so after the first call a failed commit is
    /// retried until the operation's deadline. Before it, the error is returned at once.
    async fn commit(&mut self, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let account = self.operation.connection.account;
        self.charge(&changes);
        while self.has_called && Instant::now() + COMMIT_RETRY_AFTER < self.deadline {
            match self.state.store.commit_for(account, changes.clone()).await {
                Ok(committed) => return Ok(committed),
                Err(error) => tracing::error!(operation = self.operation.id, %error, "commit failed; retrying"),
            }
            while_waiting(tokio::time::sleep(COMMIT_RETRY_AFTER)).await;
        }
        self.state.store.commit_for(account, changes).await
    }

    fn limit_violation(&self, number: usize, effect: &Effect) -> Option<CallError> {
        if number >= self.state.limits.effects {
            let limit = self.state.limits.effects;
            return Some(CallError::ContractBroken(format!("it returned more than {limit} effects in one operation")));
        }
        if Instant::now() >= self.deadline {
            return Some(CallError::OutOfTime);
        }
        if self.effect_bytes > MAX_EFFECT_BYTES {
            let why = format!("it returned effects of more than {MAX_EFFECT_BYTES} bytes in one operation");
            return Some(CallError::ContractBroken(why));
        }
        if self.state_bytes > MAX_STATE_BYTES {
            let why = format!("it stored more than {MAX_STATE_BYTES} bytes of state in one operation");
            return Some(CallError::ContractBroken(why));
        }
        (!fits(&self.plug_state, effect))
            .then(|| CallError::ContractBroken("it exceeded the state limits of a connection".to_owned()))
    }

    async fn perform(&mut self, number: usize, effect: Effect) -> Result<(), StoreError> {
        match effect {
            Effect::Call(request) => {
                let ready = {
                    let keys = outbound_keys(&self.generation, &self.plug_state, &self.retired);
                    self.state.egress.ready(&request, &keys, &self.generation.grants)
                };
                let ready = match ready {
                    Ok(ready) => ready,
                    Err(refused) => {
                        self.refuse(number, Effect::Call(request), &refused);
                        return Ok(());
                    }
                };
                if self.journaled.get(number).is_none() {
                    self.journal_effect(number, Effect::Call(request.clone()));
                }
                // The request may be sent from here on, so its effect must be committed first.
                if !self.pending.is_empty() {
                    let changes = std::mem::take(&mut self.pending);
                    self.commit(changes).await?;
                }
                self.has_called = true;
                match self.call(&request, ready).await {
                    Ok(exchange) => {
                        self.record_for_shadow(|| Effect::Call(request).into());
                        self.record_exchange(number, exchange);
                    }
                    Err(refused) => self.refuse(number, Effect::Call(request), &refused),
                }
            }
            Effect::SetState(entries) => {
                self.record_for_shadow(|| Effect::SetState(entries.clone()).into());
                self.journal_effect(number, Effect::SetState(entries.clone()));
                for entry in entries {
                    self.set_state(StateEntry {
                        key: entry.key,
                        value: entry.value,
                        captured: false,
                        expires_at: entry.expires_at,
                    });
                }
                self.record_exchange(number, Exchange::Done);
            }
            Effect::DeleteState(keys) => {
                self.record_for_shadow(|| Effect::DeleteState(keys.clone()).into());
                self.journal_effect(number, Effect::DeleteState(keys.clone()));
                self.remove_state(|entry| keys.contains(&entry.key));
                self.pending.push(Change::DeleteState { scope: self.scope.clone(), keys });
                self.record_exchange(number, Exchange::Done);
            }
        }
        Ok(())
    }

    fn journal_effect(&mut self, number: usize, effect: Effect) {
        if !self.begun {
            self.begun = true;
            let begin_record = self.begin_record();
            self.pending.push(begin_record);
        }
        self.pending.push(Change::RecordEffect { operation: self.operation.id.clone(), number, effect });
    }

    fn begin_record(&self) -> Change {
        let input = json(&*self.invocation);
        // Exchanges are journaled separately.
        let context = Context { exchanges: Vec::new(), ..self.context.clone() };
        Change::Begin(Operation { input, context: json(&context), ..self.operation.clone() })
    }

    fn record_exchange(&mut self, number: usize, exchange: Exchange) {
        self.pending.push(Change::RecordExchange {
            operation: self.operation.id.clone(),
            number,
            exchange: exchange.clone(),
        });
        self.context.exchanges.push(exchange);
    }

    fn set_state(&mut self, entry: StateEntry) {
        self.remove_state(|stored| stored.key == entry.key);
        // An entry that is replaced before it was written need not be written.
        self.pending
            .retain(|change| !matches!(change, Change::SetState { entry: earlier, .. } if earlier.key == entry.key));
        self.pending.push(Change::SetState { scope: self.scope.clone(), entry: entry.clone() });
        self.plug_state.push(entry);
    }

    /// Journals that policy refused a request. Nothing of it was sent, so its payload is not stored.
    fn refuse(&mut self, number: usize, effect: Effect, refused: &Sent) {
        if let Some(suppressed) = self.limiter.failed_requests().admit() {
            let Self { operation, .. } = self;
            tracing::warn!(
                operation = operation.id,
                connection = %operation.connection,
                suppressed,
                request = %refused.summary,
                reason = %refused.reason,
                "request refused by policy"
            );
        }
        if !self.begun {
            self.begun = true;
            let begin_record = self.begin_record();
            self.pending.push(begin_record);
        }
        let refused = RefusedRequest::new(&effect, &refused.summary, &refused.reason);
        self.record_for_shadow(|| JournaledEffect::Refused { refused: refused.clone() });
        self.pending.push(Change::RecordRefusedEffect { operation: self.operation.id.clone(), number, refused });
        self.context.exchanges.push(Exchange::Failed(OutboundFailure::RefusedByPolicy));
    }

    /// Records an effect for the comparison with a shadow candidate.
    fn record_for_shadow(&mut self, effect: impl FnOnce() -> JournaledEffect) {
        if self.shadow.is_some() {
            self.effects.push(effect());
        }
    }

    /// Removes state entries. Their captured values are still redacted from answers until the operation ends.
    fn remove_state(&mut self, which: impl Fn(&StateEntry) -> bool) {
        let dropped = self.plug_state.extract_if(.., |entry| which(entry)).filter(|entry| entry.captured);
        self.retired.extend(dropped.map(|entry| entry.value));
    }

    /// Sends a request and returns its result.
    ///
    /// # Errors
    /// Returns the refusal if policy refuses the request, which it can only do once the host's addresses are resolved.
    async fn call(&mut self, request: &OutboundRequest, ready: Ready) -> Result<Exchange, Sent> {
        let deadline = self.deadline.min(Instant::now() + self.state.limits.call);
        let sent = while_waiting(self.state.egress.perform(ready, deadline)).await;
        if matches!(sent.result, Err(OutboundFailure::RefusedByPolicy)) {
            return Err(sent);
        }
        let Sent { result, captured, reached, reason, summary } = sent;
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
        let exchange = match result {
            Ok(answer) => {
                let status = answer.status;
                tracing::debug!(operation = self.operation.id, request = %summary, status, "request answered");
                let shown: usize = self.context.exchanges.iter().map(size).sum();
                if too_long || shown + answer.body.len() > self.state.limits.exchanged_bytes {
                    // An answer that is journaled is charged then; this one is not journaled.
                    self.limiter.charge(answer.body.len());
                    Exchange::Failed(OutboundFailure::TooLarge)
                } else {
                    Exchange::Answered(answer)
                }
            }
            Err(failure) => {
                if failure == OutboundFailure::TooLarge {
                    self.limiter.charge(self.state.egress.max_answer_bytes());
                }
                if let Some(suppressed) = self.limiter.failed_requests().admit() {
                    tracing::warn!(
                        operation = self.operation.id,
                        connection = %self.operation.connection,
                        suppressed,
                        request = %summary,
                        %reason,
                        "request failed"
                    );
                }
                Exchange::Failed(failure)
            }
        };
        if reached {
            self.in_doubt.record(request, &exchange, &reason);
        }
        Ok(exchange)
    }
}

fn size(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(answer) => answer.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
