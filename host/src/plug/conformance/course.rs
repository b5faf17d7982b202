//! An operation, followed to its end.

use cordboard_core::render::capture;

use super::ask::{Gave, Step};
use super::operation::Operation;
use crate::contract::effect::{Context, Effect, Exchange, OutboundFailure, OutboundRequest, StateEntry};
use crate::plug::rules::{MAX_EFFECTS, MAX_EXCHANGED_BYTES, value_fits};
use crate::plug::{CallError, Plug};

/// What an operation did.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    /// What it asked for, in order.
    pub effects: Vec<Effect>,
    /// How it ended.
    pub end: End,
    /// What was remembered before it.
    pub before: Vec<StateEntry>,
    /// What is remembered after it, as the plug would see it.
    pub state: Vec<StateEntry>,
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// With a result.
    Gave(Gave),
    /// With none.
    Broken(CallError),
    /// Not at all: it asked for more than it may.
    Endless,
}

impl Course {
    /// The result.
    pub fn gave(&self) -> Option<&Gave> {
        match &self.end {
            End::Gave(gave) => Some(gave),
            End::Broken(_) | End::Endless => None,
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
) -> Course {
    let mut context = context.clone();
    let before = context.state.clone();
    let mut course = Course { effects: Vec::new(), end: End::Endless, state: before.clone(), before };
    loop {
        let effect = match operation.ask(plug, &context) {
            Ok(Step::Effect(effect)) => effect,
            Ok(Step::Gave(gave)) => return Course { end: End::Gave(gave), ..course },
            Err(error) => return Course { end: End::Broken(error), ..course },
        };
        if course.effects.len() == MAX_EFFECTS {
            return course;
        }
        let exchange = match &effect {
            Effect::Call(request) => {
                let answered = answer(course.calls().count(), request);
                shown(answered, request, &context.exchanges, &mut course.state)
            }
            Effect::SetState(entries) => {
                entries.iter().for_each(|entry| keep(&mut course.state, entry.clone()));
                Exchange::Done
            }
            Effect::DeleteState(keys) => {
                course.state.retain(|entry| !keys.contains(&entry.key));
                Exchange::Done
            }
        };
        context.exchanges.push(exchange);
        course.effects.push(effect);
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
        keep(state, StateEntry { key: captured.key, value: String::new(), expires_at: None });
    }
    response.body = body;
    Exchange::Answered(response)
}

fn keep(state: &mut Vec<StateEntry>, entry: StateEntry) {
    state.retain(|kept| kept.key != entry.key);
    state.push(entry);
}

fn bytes(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(response) => response.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
