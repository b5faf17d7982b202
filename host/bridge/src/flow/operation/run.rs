//! Runs a plug operation to completion: calls the plug, journals and performs the effect it returns, then calls it
//! again with the result.
//!
//! An effect is committed before it is performed, and its result before the next effect is. So after a crash the
//! journal lists every request that may have been sent, and only idempotent ones are repeated.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cordboard_core::AccountId;
use cordboard_core::engine::{Call, Engine, Pause, PlugState, Step};
use serde::Serialize;
use tracing::field::display;

use crate::clock::now;
use crate::flow::comparison::Recorded;
use crate::flow::{ApiError, RequestId};
use crate::topology::{AccountLimiter, Connection, Generation, Rollout, while_waiting};
use cordboard_core::rules::Shortened;
use cordboard_egress::{Ready, Sent};
use cordboard_runtime::contract::effect::{Context, Effect, Exchange, OutboundFailure};
use cordboard_runtime::{CallError, Plug};
use cordboard_store::{Change, Committed, Ending, Operation, StoreError, StoreErrorKind};

use super::completion::Completion;
use super::executor::Executor;
use super::in_doubt::InDoubt;
use super::invocation::Invocation;
use super::journal::Journal;
use super::record::{context, interrupted_plug_state, plug_state, read};

/// How long a failed commit waits for its next attempt. After the deadline of its operation, the wait doubles each time.
const COMMIT_RETRY_AFTER: Duration = Duration::from_millis(100);
const MAX_COMMIT_RETRY_AFTER: Duration = Duration::from_secs(10);

/// An operation in progress.
pub struct Run<'a> {
    /// What the operation runs with.
    pub executor: &'a Executor,
    /// The generation that serves the operation.
    pub generation: Arc<Generation>,
    /// When the conference that it creates or changes was created.
    pub created_at: u64,
    /// The limits of its account.
    pub limiter: Arc<AccountLimiter>,
    /// What it may leave behind at the provider.
    pub in_doubt: InDoubt,
    shadow: Option<Arc<Rollout>>,
    engine: Engine<Journal>,
    has_called: bool,
    deadline: Instant,
}

impl<'a> Run<'a> {
    /// Begins an operation. Nothing is written yet. If the connection's live generation serves it, a shadow candidate
    /// replays it afterwards.
    ///
    /// # Errors
    /// Returns an error if the store or the system's randomness fails.
    pub async fn begin(
        executor: &'a Executor,
        connection: &Connection,
        generation: &Arc<Generation>,
        operation: Operation,
        invocation: Invocation,
    ) -> Result<Self, ApiError> {
        let plug_state = plug_state(executor.store.as_ref(), &operation).await?;
        let context = context(generation, plug_state.shown(), operation.started_at)?;
        let journal = Journal::new(operation, invocation, None);
        Ok(Self::new(executor, connection, generation, context, plug_state, journal))
    }

    /// Resumes an operation that a crash interrupted, from its journal.
    ///
    /// # Errors
    /// Returns an error if the store fails or the journal cannot be read.
    pub async fn resume(
        executor: &'a Executor,
        connection: &Connection,
        generation: &Arc<Generation>,
        interrupted: cordboard_store::Journal,
    ) -> Result<Self, ApiError> {
        let cordboard_store::Journal { operation, exchanges } = interrupted;
        let context: Context = read(&operation.context)?;
        let invocation: Invocation = read(&operation.input)?;
        let plug_state = interrupted_plug_state(executor.store.as_ref(), &operation).await?;
        let journal = Journal::new(operation, invocation, Some(exchanges));
        Ok(Self::new(executor, connection, generation, context, plug_state, journal))
    }

    fn new(
        executor: &'a Executor,
        connection: &Connection,
        generation: &Arc<Generation>,
        context: Context,
        plug_state: PlugState,
        mut journal: Journal,
    ) -> Self {
        let shadow = connection.shadow().filter(|_| Arc::ptr_eq(generation, &connection.generation)).cloned();
        journal.returned = shadow.is_some().then(Vec::new);
        Self {
            executor,
            generation: Arc::clone(generation),
            created_at: journal.operation.started_at,
            limiter: executor.topology.load().limiter(&connection.id.account),
            shadow,
            // An interrupted run may have called the provider.
            has_called: !journal.recording.is_empty(),
            engine: Engine::new(context, plug_state, executor.limits.effects, journal),
            in_doubt: InDoubt::default(),
            deadline: Instant::now() + executor.limits.operation,
        }
    }

    /// Returns the invocation of the plug.
    pub fn invocation(&self) -> Arc<Invocation> {
        Arc::clone(&self.engine.journal.invocation)
    }

    /// Returns the record of the operation.
    pub fn operation(&self) -> &Operation {
        &self.engine.journal.operation
    }

    /// Runs the plug until the operation ends.
    ///
    /// # Errors
    /// Returns an error if the store fails; effects performed until then are journaled.
    pub async fn run_plug<T, E, P>(
        &mut self,
        plug_call: impl Fn(&Plug, &Context) -> Result<Result<T, P>, CallError> + Sync,
    ) -> Result<Completion<T, E>, ApiError>
    where
        T: Serialize + Send,
        E: Serialize + Shortened + Send,
        P: Into<Pause<E>> + Send,
    {
        self.in_doubt.record_interrupted(&self.engine.journal.recording);
        let completion = loop {
            let result = match self.call_plug(&plug_call).await {
                Ok(result) => result,
                Err(error) => break Completion::Broken(error),
            };
            match self.engine.advance(result, Instant::now() >= self.deadline) {
                Step::Done(result) => break Completion::Done(result),
                Step::Failed(failure) => break Completion::Failed(failure.shortened()),
                Step::Violation(violation) => break Completion::Broken(violation.into()),
                Step::Continue => {}
                Step::Call(call) => self.perform(call).await?,
            }
            // Otherwise an operation with many effects would occupy its thread.
            tokio::task::yield_now().await;
        };
        self.start_shadow(&completion);
        Ok(completion)
    }

    async fn call_plug<R: Send>(
        &self,
        plug_call: &(impl Fn(&Plug, &Context) -> Result<R, CallError> + Sync),
    ) -> Result<R, CallError> {
        let generation = &self.generation;
        let permit = self.limiter.slow_calls.acquire(generation.needs_permit(), self.deadline).await;
        let permit = permit.ok_or(CallError::Busy)?;
        generation.slow_call_detector.run(permit, || plug_call(&generation.plug, self.engine.context()))
    }

    /// Sends a request, unless policy refuses it, and completes it.
    async fn perform(&mut self, call: Call) -> Result<(), ApiError> {
        let ready = {
            let keys = self.engine.state().outbound_keys(&self.generation.settings);
            self.executor.egress.ready(&call.request, &keys, &self.generation.grants)
        };
        let sent = match ready {
            Ok(ready) => self.send(&call, ready).await?,
            Err(refused) => refused,
        };
        if matches!(sent.result, Err(OutboundFailure::RefusedByPolicy)) {
            self.refuse(call, &sent);
        } else {
            self.complete(&call, sent);
        }
        Ok(())
    }

    /// Commits a request and then sends it. Policy may still refuse it, once the addresses of its host are resolved.
    async fn send(&mut self, call: &Call, ready: Ready) -> Result<Sent, ApiError> {
        self.engine.journal_call(call);
        let changes = std::mem::take(&mut self.engine.journal.pending);
        if !changes.is_empty() {
            self.commit(changes).await?;
        }
        self.has_called = true;
        let deadline = self.deadline.min(Instant::now() + self.executor.limits.call);
        Ok(while_waiting(self.executor.egress.perform(ready, deadline)).await)
    }

    /// Completes a request that policy refused.
    fn refuse(&mut self, call: Call, refused: &Sent) {
        self.warn("request refused by policy", &refused.summary, &refused.reason);
        self.engine.journal.refuse(&Effect::Call(call.request), refused);
        self.engine.complete(Err(OutboundFailure::RefusedByPolicy), now());
    }

    /// Completes a request that was sent, or that could not be.
    fn complete(&mut self, call: &Call, sent: Sent) {
        let Sent { result, captured, reached, reason, summary } = sent;
        let received = match &result {
            Ok(answer) => {
                let status = answer.status;
                tracing::debug!(operation = self.operation().id, request = %summary, status, "request answered");
                answer.body.len()
            }
            Err(_) => {
                self.warn("request failed", &summary, &reason);
                self.executor.egress.max_answer_bytes()
            }
        };
        self.engine.complete(result.map(|answer| (answer, captured)), now());
        let Some(exchange) = self.engine.context().exchanges.last() else { return };
        // An answer is charged when it is journaled, which this one is not.
        if matches!(exchange, Exchange::Failed(OutboundFailure::TooLarge)) {
            self.limiter.charge(received);
        }
        if reached {
            self.in_doubt.record(&call.request, exchange, &reason);
        }
    }

    fn warn(&self, message: &'static str, request: &str, reason: &str) {
        if let Some(suppressed) = self.limiter.failed_requests.due_in_burst() {
            let Operation { id, connection, .. } = self.operation();
            let request_id = RequestId::current().map(display);
            tracing::warn!(operation = id, %connection, request_id, suppressed, %request, %reason, "{message}");
        }
    }

    /// Starts the comparison with a shadow candidate.
    fn start_shadow<T: Serialize, E: Serialize>(&mut self, completion: &Completion<T, E>) {
        let Some(rollout) = self.shadow.take() else { return };
        let effects = self.engine.journal.returned.take().unwrap_or_default();
        let (invocation, context) = (self.invocation(), self.engine.context().clone());
        let Operation { id, connection, started_at, .. } = self.operation();
        let recorded = Recorded { id: id.clone(), at: *started_at, invocation, context, effects };
        self.executor.shadows.compare(&self.limiter, connection, rollout, recorded, completion.json());
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
    ) -> Result<Committed, ApiError> {
        if !self.had_effects() {
            let context = self.engine.context().clone();
            self.engine.journal.begin(&context);
        }
        let mut changes = std::mem::take(&mut self.engine.journal.pending);
        changes.extend(more);
        let leftover = leftover.or_else(|| self.in_doubt.leftover(succeeded));
        let ending = Ending { outcome, succeeded, leftover, finished_at: now() };
        changes.push(Change::Finish { operation: self.operation().id.clone(), ending });
        self.commit(changes).await
    }

    /// Returns whether the operation had effects, so that its end must be stored.
    pub fn had_effects(&self) -> bool {
        self.engine.journal.begun
    }

    /// Returns whether the provider was called.
    pub fn has_called(&self) -> bool {
        self.has_called
    }

    /// Charges written bytes to the account. The body of a webhook request was already charged when it arrived.
    pub fn charge(&self, changes: &[Change]) {
        let written =
            changes.iter().filter(|change| !matches!(change, Change::PutInboundRequest(_))).map(Change::bytes).sum();
        self.limiter.charge(written);
    }

    /// Commits changes. A provider's answer is lost unless it is stored, so after the first call a failed commit is
    /// retried, even after the operation's deadline. The operation stays in progress until then, so that an equal
    /// request joins it instead of calling the provider again. Before the first call, an error is returned at once if
    /// nothing of the operation is stored; otherwise the next start would resume it beside a repeat of its request.
    ///
    /// Each of these commits journals an effect or the operation's end, so one that may have happened can be retried:
    /// if it did happen, the retry conflicts and changes nothing.
    ///
    /// # Errors
    /// Returns [`ApiError::OutcomeUnknown`] if the provider was called, or if a commit may have happened: a repeat of the
    /// request may then do its work twice.
    async fn commit(&mut self, changes: Vec<Change>) -> Result<Committed, ApiError> {
        let (executor, account) = (self.executor, self.operation().connection.account.clone());
        self.charge(&changes);
        let (mut may_be_done, mut wait, mut overdue) = (false, COMMIT_RETRY_AFTER, None);
        let outcome_unknown = |error: StoreError| ApiError::OutcomeUnknown(format!("the store failed: {error}"));
        loop {
            let error = match executor.store.commit_for(&account, changes.clone()).await {
                Ok(committed) => return Ok(committed),
                Err(error) => error,
            };
            match error.kind() {
                // An earlier attempt happened. Its counts are not known.
                StoreErrorKind::Conflict if may_be_done => return Ok(Committed::default()),
                StoreErrorKind::Unknown => may_be_done = true,
                _ if !self.has_called && !may_be_done => return Err(error.into()),
                StoreErrorKind::Unavailable => {}
                StoreErrorKind::Rejected | StoreErrorKind::Conflict => {
                    self.abandon(&account, &error).await;
                    return Err(outcome_unknown(error));
                }
            }
            if Instant::now() + wait >= self.deadline {
                overdue = overdue.or_else(|| executor.overdue.try_acquire(&account));
                if overdue.is_none() {
                    return Err(outcome_unknown(error));
                }
                wait = MAX_COMMIT_RETRY_AFTER.min(wait * 2);
            }
            if let Some(suppressed) = self.limiter.failed_requests.due_in_burst() {
                let request_id = RequestId::current().map(display);
                tracing::error!(operation = self.operation().id, request_id, suppressed, %error, "commit failed; retrying");
            }
            if !executor.wait(wait).await {
                return Err(outcome_unknown(error));
            }
        }
    }

    /// Finishes an operation that the store does not accept any further, so that the operator is shown what it may
    /// leave at the provider. If that fails as well, the next start resumes the operation.
    async fn abandon(&self, account: &AccountId, error: &StoreError) {
        let (operation, leftover) = (self.operation().id.clone(), self.in_doubt.leftover(false));
        tracing::error!(
            operation,
            request_id = RequestId::current().map(display),
            %error,
            "commit failed; ending the operation"
        );
        let ending = Ending { outcome: error.to_string(), succeeded: false, leftover, finished_at: now() };
        let finish = Change::Finish { operation: operation.clone(), ending };
        if let Err(error) = self.executor.store.commit_for(account, vec![finish]).await {
            tracing::error!(operation, %error, "could not store the end of the operation");
        }
    }
}
