//! Runs the operation of a plug, without I/O: the effect engine of all hosts.
//!
//! A plug is a pure function of its context. The [`Engine`] holds that context. A host calls the plug with it and passes
//! the result to [`Engine::advance`], which carries out effects on the state itself and returns requests to the host:
//!
//! ```text
//! loop {
//!     match engine.advance(call_plug(engine.context()), is_out_of_time) {
//!         Step::Done(result) => return result,
//!         Step::Failed(failure) => return failure,
//!         Step::Violation(violation) => return violation,
//!         Step::Continue => {}
//!         Step::Call(call) => engine.complete(send(call.request), now),
//!     }
//! }
//! ```
//!
//! The steps of an effect have the same order in all hosts: limits, journal, effect, result. A [`Journal`] records
//! them, and may know what an earlier run of the same operation recorded.

mod journal;
mod limits;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use journal::{Journal, Recorded};
pub use limits::{Limits, Violation};
pub use state::{PlugState, StateEntry};
pub use step::{Call, Pause, Step};

use crate::render::{Captured, capture};
use crate::rules::{effect_bytes, state_bytes, value_fits};
use crate::types::effect::{Context, Effect, Exchange, OutboundFailure, OutboundResponse};

/// An operation in progress.
pub struct Engine<J> {
    /// The journal.
    pub journal: J,
    context: Context,
    state: PlugState,
    limits: Limits,
    effect_bytes: usize,
    state_bytes: usize,
}

impl<J: Journal> Engine<J> {
    /// Creates the engine of an operation. `context` has no exchanges, and shows the plug's state as it was when the
    /// operation began; `state` is the current one, which differs if the operation was interrupted.
    pub fn new(context: Context, state: PlugState, limits: Limits, journal: J) -> Self {
        let state_bytes = state.captured_bytes;
        Self { journal, context, state, limits, effect_bytes: 0, state_bytes }
    }

    /// Returns the context of the next plug call.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the current state of the plug. The plug sees it in its next operation.
    pub fn state(&self) -> &PlugState {
        &self.state
    }

    /// Takes the result of a plug call and returns what happens next.
    pub fn advance<T, E, P: Into<Pause<E>>>(&mut self, result: Result<T, P>, is_out_of_time: bool) -> Step<T, E> {
        let effect = match result.map_err(Into::into) {
            Ok(value) => return Step::Done(value),
            Err(Pause::Failed(failure)) => return Step::Failed(failure),
            Err(Pause::Effect(effect)) => effect,
        };
        self.effect_bytes = self.effect_bytes.saturating_add(effect_bytes(&effect));
        self.state_bytes = self.state_bytes.saturating_add(state_bytes(&effect));
        let is_recorded = match self.journal.recorded(&self.context, &effect) {
            Recorded::New => {
                if let Some(violation) = self.violation(&effect, is_out_of_time) {
                    return Step::Violation(violation);
                }
                false
            }
            Recorded::Interrupted => true,
            Recorded::Completed(exchange) => {
                self.context.exchanges.push(exchange);
                return Step::Continue;
            }
            Recorded::Lost => {
                self.record(Exchange::Failed(OutboundFailure::Unreachable), 0);
                return Step::Continue;
            }
            Recorded::Diverged => return Step::Violation(Violation::Diverged(effect)),
        };
        match effect {
            Effect::Call(request) => return Step::Call(Call { request, is_recorded }),
            Effect::SetState(entries) => {
                self.journal.effect(&self.context, Effect::SetState(entries.clone()));
                for entry in entries {
                    self.set_state(StateEntry::from(entry));
                }
            }
            Effect::DeleteState(keys) => {
                self.journal.effect(&self.context, Effect::DeleteState(keys.clone()));
                self.state.remove(|entry| keys.contains(&entry.key));
                self.journal.delete_state(&keys);
            }
        }
        self.record(Exchange::Done, 0);
        Step::Continue
    }

    /// Journals a call, unless it was before. A host that resumes operations commits this before it sends the request.
    pub fn journal_call(&mut self, call: &Call) {
        if !call.is_recorded {
            self.journal.effect(&self.context, Effect::Call(call.request.clone()));
        }
    }

    /// Completes a call with the response as the plug may see it and the values captured from it, or with the failure.
    /// `now` is in epoch milliseconds.
    ///
    /// The plug gets the failure `too-large` instead of a response that exceeds the limits, or whose captured values
    /// cannot be stored.
    pub fn complete(&mut self, result: Result<(OutboundResponse, Vec<Captured>), OutboundFailure>, now: u64) {
        let before = self.state_bytes;
        let exchange = match result {
            Ok((response, captured)) => {
                let exchanged: usize = self.context.exchanges.iter().map(body_bytes).sum();
                let is_stored = self.store_captured(captured, now);
                if is_stored && exchanged + response.body.len() <= self.limits.exchanged_bytes {
                    Exchange::Answered(response)
                } else {
                    Exchange::Failed(OutboundFailure::TooLarge)
                }
            }
            Err(failure) => Exchange::Failed(failure),
        };
        self.record(exchange, self.state_bytes - before);
    }

    /// Completes a call with a scripted exchange, for tests of plugs: captures values from the response as a host does,
    /// at the time of the context.
    pub fn simulate(&mut self, call: &Call, exchange: Exchange) {
        let result = match exchange {
            Exchange::Answered(mut response) => {
                let (body, captured) = capture(&response.body, &call.request.captures);
                response.body = body;
                Ok((response, captured))
            }
            Exchange::Failed(failure) => Err(failure),
            Exchange::Done => return self.record(Exchange::Done, 0),
        };
        self.complete(result, self.context.now);
    }

    /// Stores captured values, and returns whether all of them fit.
    fn store_captured(&mut self, captured: Vec<Captured>, now: u64) -> bool {
        // All of them count, even if they replace each other, because all are redacted until the operation ends.
        let bytes: usize = captured.iter().map(|captured| captured.key.len() + captured.value.len()).sum();
        self.state_bytes = self.state_bytes.saturating_add(bytes);
        if self.state_bytes > self.limits.state_bytes {
            return false;
        }
        let mut all_fit = true;
        for Captured { key, value, expires_in } in captured {
            if value_fits(&value) {
                let expires_at = expires_in.map(|seconds| now.saturating_add(seconds.saturating_mul(1000)));
                self.set_state(StateEntry { key, value, captured: true, expires_at });
            } else {
                all_fit = false;
            }
        }
        all_fit
    }

    fn violation(&self, effect: &Effect, is_out_of_time: bool) -> Option<Violation> {
        let Limits { effects, effect_bytes, state_bytes, .. } = self.limits;
        let violations = [
            (self.context.exchanges.len() >= effects, Violation::Effects(effects)),
            (is_out_of_time, Violation::OutOfTime),
            (self.effect_bytes > effect_bytes, Violation::EffectBytes(effect_bytes)),
            (self.state_bytes > state_bytes, Violation::StateBytes(state_bytes)),
            (!self.state.fits(effect), Violation::StateEntries),
        ];
        violations.into_iter().find(|(is_violated, _)| *is_violated).map(|(_, violation)| violation)
    }

    fn set_state(&mut self, entry: StateEntry) {
        self.journal.set_state(&entry);
        self.state.set(entry);
    }

    /// Records the result of an effect that captured this number of bytes.
    fn record(&mut self, exchange: Exchange, captured_bytes: usize) {
        let retired = self.state.newly_retired();
        if captured_bytes > 0 || !retired.is_empty() {
            self.journal.captured(&self.context, retired, captured_bytes);
        }
        self.journal.exchange(&self.context, &exchange);
        self.context.exchanges.push(exchange);
    }
}

fn body_bytes(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(response) => response.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
