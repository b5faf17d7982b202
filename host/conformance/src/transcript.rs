//! Runs an operation to completion, and records what it does.

use cordboard_core::render::capture;

use super::operation::Operation;
use super::step::{Output, PlugStep};
use cordboard::contract::effect::{Context, Effect, Exchange, OutboundFailure, OutboundRequest, StateEntry};
use cordboard::plug::rules::{MAX_EFFECTS, MAX_EXCHANGED_BYTES, value_fits};
use cordboard::plug::{CallError, Plug};

/// The record of an operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transcript {
    /// The effects that it requested, in order.
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
    /// It was stopped after the maximum number of effects.
    Endless,
}

impl Transcript {
    /// The result, if there is one.
    pub fn output(&self) -> Option<&Output> {
        match &self.end {
            TranscriptEnd::Output(output) => Some(output),
            TranscriptEnd::Broken(_) | TranscriptEnd::Endless => None,
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
pub(super) fn follow(
    plug: &Plug,
    context: &Context,
    operation: &Operation,
    mut answer: impl FnMut(usize, &OutboundRequest) -> Exchange,
) -> Transcript {
    let mut context = context.clone();
    let before = context.state.clone();
    let mut transcript = Transcript { effects: Vec::new(), end: TranscriptEnd::Endless, state: before.clone(), before };
    loop {
        let effect = match operation.step(plug, &context) {
            Ok(PlugStep::Effect(effect)) => effect,
            Ok(PlugStep::Output(output)) => return Transcript { end: TranscriptEnd::Output(output), ..transcript },
            Err(error) => return Transcript { end: TranscriptEnd::Broken(error), ..transcript },
        };
        if transcript.effects.len() == MAX_EFFECTS {
            return transcript;
        }
        let exchange = match &effect {
            Effect::Call(request) => {
                let answered = answer(transcript.calls().count(), request);
                shown(answered, request, &context.exchanges, &mut transcript.state)
            }
            Effect::SetState(entries) => {
                entries.iter().for_each(|entry| set_state(&mut transcript.state, entry.clone()));
                Exchange::Done
            }
            Effect::DeleteState(keys) => {
                transcript.state.retain(|entry| !keys.contains(&entry.key));
                Exchange::Done
            }
        };
        context.exchanges.push(exchange);
        transcript.effects.push(effect);
    }
}

/// The exchange as the plug sees it. Captured values are blanked and stored in `state`. An answer that exceeds a limit
/// becomes a failure.
fn shown(exchange: Exchange, request: &OutboundRequest, before: &[Exchange], state: &mut Vec<StateEntry>) -> Exchange {
    let Exchange::Answered(mut response) = exchange else { return exchange };
    let (body, captured) = capture(&response.body, &request.captures);
    let shown: usize = before.iter().map(bytes).sum();
    if shown + body.len() > MAX_EXCHANGED_BYTES || captured.iter().any(|captured| !value_fits(&captured.value)) {
        return Exchange::Failed(OutboundFailure::TooLarge);
    }
    for captured in captured {
        set_state(state, StateEntry { key: captured.key, value: String::new(), expires_at: None });
    }
    response.body = body;
    Exchange::Answered(response)
}

fn set_state(state: &mut Vec<StateEntry>, entry: StateEntry) {
    state.retain(|stored| stored.key != entry.key);
    state.push(entry);
}

fn bytes(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(response) => response.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
