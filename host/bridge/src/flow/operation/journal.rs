//! The journal of an operation in progress: the changes to commit, and what an interrupted run committed.

use std::sync::Arc;

use cordboard_core::engine::{self, Recorded};

use cordboard_egress::Sent;
use cordboard_runtime::contract::effect::{Context, Effect, Exchange};
use cordboard_store::{Change, Exchanged, JournaledEffect, Operation, RefusedRequest, Scope, StateEntry};

use super::invocation::Invocation;
use super::record::json;

/// The journal of an operation.
pub(super) struct Journal {
    /// The operation as it began. Its input and context are filled in when it is journaled.
    pub operation: Operation,
    /// The invocation of the plug.
    pub invocation: Arc<Invocation>,
    /// The effects that an interrupted run committed.
    pub recording: Vec<Exchanged>,
    /// Whether the operation is journaled, at least among the pending changes.
    pub begun: bool,
    /// The changes that are not committed yet.
    pub pending: Vec<Change>,
    /// The effects that the plug returned, if a shadow candidate will be compared with it.
    pub returned: Option<Vec<JournaledEffect>>,
    scope: Scope,
    refused: Option<JournaledEffect>,
}

impl Journal {
    /// Creates the journal of an operation. An interrupted one has a recording.
    pub fn new(operation: Operation, invocation: Invocation, recording: Option<Vec<Exchanged>>) -> Self {
        Self {
            scope: Scope::Connection(operation.connection.clone()),
            operation,
            invocation: Arc::new(invocation),
            begun: recording.is_some(),
            recording: recording.unwrap_or_default(),
            pending: Vec::new(),
            returned: None,
            refused: None,
        }
    }

    /// Journals the operation itself. `context` has no exchanges yet.
    pub fn begin(&mut self, context: &Context) {
        if !self.begun {
            self.begun = true;
            let (input, context) = (json(&*self.invocation), json(context));
            self.pending.push(Change::Begin(Operation { input, context, ..self.operation.clone() }));
        }
    }

    /// Records that policy refused the last effect. It was not sent, so its payload is not stored.
    pub fn refuse(&mut self, effect: &Effect, refused: &Sent) {
        let refused = RefusedRequest::new(effect, &refused.summary, &refused.reason);
        let refused = JournaledEffect::Refused { refused };
        if let Some(last) = self.returned.as_mut().and_then(|returned| returned.last_mut()) {
            *last = refused.clone();
        }
        self.refused = Some(refused);
    }
}

impl engine::Journal for Journal {
    fn recorded(&mut self, context: &Context, effect: &Effect) -> Recorded {
        let journaled = self.recording.get(context.exchanges.len());
        let recorded = match journaled {
            None => Recorded::New,
            Some(journaled) if journaled.effect.is(effect) => Recorded::of(effect, journaled.exchange.as_ref()),
            Some(_) => Recorded::Diverged,
        };
        if let Some(returned) = &mut self.returned {
            returned.push(match (&recorded, journaled) {
                (Recorded::Completed(_), Some(journaled)) => journaled.effect.clone(),
                _ => effect.clone().into(),
            });
        }
        recorded
    }

    fn effect(&mut self, context: &Context, effect: Effect) {
        self.begin(context);
        let (operation, number) = (self.operation.id.clone(), context.exchanges.len());
        self.pending.push(Change::RecordEffect { operation, number, effect: effect.into() });
    }

    fn captured(&mut self, context: &Context, retired: &[String], captured_bytes: usize) {
        let (key, value) = (context.exchanges.len().to_string(), json(&(retired, captured_bytes)));
        let entry = StateEntry { key, value, captured: true, expires_at: None };
        self.pending.push(Change::SetState { scope: Scope::Operation(self.operation.id.clone()), entry });
    }

    fn exchange(&mut self, context: &Context, exchange: &Exchange) {
        self.begin(context);
        let (operation, number) = (self.operation.id.clone(), context.exchanges.len());
        self.pending.push(match self.refused.take() {
            // Its record includes the result.
            Some(effect) => Change::RecordEffect { operation, number, effect },
            None => Change::RecordExchange { operation, number, exchange: exchange.clone() },
        });
    }

    fn set_state(&mut self, entry: &StateEntry) {
        // An entry that is replaced before it was written need not be written.
        self.pending.retain(|change| match change {
            Change::SetState { scope, entry: earlier } => *scope != self.scope || earlier.key != entry.key,
            _ => true,
        });
        self.pending.push(Change::SetState { scope: self.scope.clone(), entry: entry.clone() });
    }

    fn delete_state(&mut self, keys: &[String]) {
        self.pending.push(Change::DeleteState { scope: self.scope.clone(), keys: keys.to_vec() });
    }
}
