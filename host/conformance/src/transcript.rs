//! Runs an operation to completion, and records what it does.

use cordboard_core::engine::{Engine, Limits, PlugState, Step, Violation};

use super::operation::Operation;
use super::step::Output;
use super::test_run::describe_call_error;
use super::validation;
use cordboard::contract::effect::{Context, Effect, Exchange, OutboundRequest, StateEntry};
use cordboard::plug::{CallError, Plug};

/// The record of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transcript {
    /// The effects that it requested, in order, including one that exceeded a limit.
    pub effects: Vec<Effect>,
    /// How it ended.
    pub end: TranscriptEnd,
    /// The plug's state before the operation.
    pub before: Vec<StateEntry>,
    /// The plug's state after the operation, as the plug sees it.
    pub state: Vec<StateEntry>,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TranscriptEnd {
    /// It returned a result.
    Output(Output),
    /// A call failed.
    Broken(CallError),
    /// It was stopped because it exceeded a limit.
    Violation(Violation),
}

impl TranscriptEnd {
    /// Why the operation has no result, as a clause. Too much state is not reported here, since a check is about it.
    pub fn fault(&self) -> Option<String> {
        match self {
            Self::Broken(error) => Some(describe_call_error(error)),
            Self::Violation(violation) if !violation.is_of_state() => Some(violation.to_string()),
            Self::Output(_) | Self::Violation(_) => None,
        }
    }
}

impl Transcript {
    /// Why the operation has no result or an invalid one, as a clause.
    pub fn fault(&self) -> Option<String> {
        self.end.fault().or_else(|| Some(validation::fault(self.output()?)?.1))
    }

    /// The result, if there is one.
    pub fn output(&self) -> Option<&Output> {
        match &self.end {
            TranscriptEnd::Output(output) => Some(output),
            TranscriptEnd::Broken(_) | TranscriptEnd::Violation(_) => None,
        }
    }

    /// The requests among its effects.
    pub fn calls(&self) -> impl Iterator<Item = &OutboundRequest> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Call(request) => Some(request),
            Effect::SetState(_) | Effect::DeleteState(_) => None,
        })
    }
}

/// Runs an operation to completion, as the host does. `answer` plays the vendor; its first argument is the number of
/// earlier requests.
pub(super) fn run_to_completion(
    plug: &Plug,
    context: &Context,
    operation: &Operation,
    mut answer: impl FnMut(usize, &OutboundRequest) -> Exchange,
) -> Transcript {
    let state = PlugState::from(context.state.clone());
    let mut engine = Engine::new(context.clone(), state, Limits::default(), Vec::<Effect>::new());
    let mut calls = 0;
    let end = loop {
        let result = match operation.step(plug, engine.context()) {
            Ok(result) => result,
            Err(error) => break TranscriptEnd::Broken(error),
        };
        match engine.advance(result, false) {
            Step::Done(output) | Step::Failed(output) => break TranscriptEnd::Output(output),
            Step::Violation(violation) => break TranscriptEnd::Violation(violation),
            Step::Continue => {}
            Step::Call(call) => {
                let exchange = answer(calls, &call.request);
                engine.simulate(&call, exchange);
                calls += 1;
            }
        }
    };
    let (before, state) = (context.state.clone(), engine.state().shown());
    Transcript { effects: engine.journal, end, before, state }
}
