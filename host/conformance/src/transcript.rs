//! An operation, followed to its end.

use cordboard_core::render::capture;

use super::operation::Operation;
use super::step::{Output, PlugStep};
use cordboard::contract::effect::{Context, Effect, Exchange, OutboundFailure, OutboundRequest, StateEntry};
use cordboard::plug::rules::{MAX_EFFECTS, MAX_EXCHANGED_BYTES, value_fits};
use cordboard::plug::{CallError, Plug};

/// What an operation did.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transcript {
    /// What it asked for, in order.
    pub effects: Vec<Effect>,
    /// How it ended.
    pub end: TranscriptEnd,
    /// What was remembered before it.
    pub before: Vec<StateEntry>,
    /// What is remembered after it, as the plug would see it.
    pub state: Vec<StateEntry>,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TranscriptEnd {
    /// With a result.
    Output(Output),
    /// With none.
    Broken(CallError),
    /// Not at all: it asked for more than it may.
    Endless,
}

impl Transcript {
    /// The result.
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

/// Runs an operation until it ends, as the host does; `answer` stands for the vendor, and is told how many calls there
/// were before.
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

/// An exchange as the plug may see it: captured parts are blanked and kept, and all together have a limit.
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
