//! An operation, followed to its end.

use cordboard_core::render::seal;

use super::ask::{Gave, Step};
use super::operation::Operation;
use crate::contract::effect::{Context, Effect, Exchange, Memo, OutboundFailure, OutboundRequest};
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
    pub before: Vec<Memo>,
    /// What is remembered after it, as the plug would see it.
    pub memory: Vec<Memo>,
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
            Effect::Remember(_) | Effect::Forget(_) => None,
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
    let before = context.memory.clone();
    let mut course = Course { effects: Vec::new(), end: End::Endless, memory: before.clone(), before };
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
                shown(answered, request, &context.exchanges, &mut course.memory)
            }
            Effect::Remember(memos) => {
                memos.iter().for_each(|memo| keep(&mut course.memory, memo.clone()));
                Exchange::Done
            }
            Effect::Forget(keys) => {
                course.memory.retain(|memo| !keys.contains(&memo.key));
                Exchange::Done
            }
        };
        context.exchanges.push(exchange);
        course.effects.push(effect);
    }
}

/// An exchange as the plug may see it: sealed parts are blanked and kept, and all together have a limit.
fn shown(exchange: Exchange, request: &OutboundRequest, before: &[Exchange], memory: &mut Vec<Memo>) -> Exchange {
    let Exchange::Answered(mut response) = exchange else { return exchange };
    let (body, sealed) = seal(&response.body, &request.seals);
    let shown: usize = before.iter().map(bytes).sum();
    if shown + body.len() > MAX_EXCHANGED_BYTES || sealed.iter().any(|sealed| !value_fits(&sealed.value)) {
        return Exchange::Failed(OutboundFailure::TooLarge);
    }
    for sealed in sealed {
        keep(memory, Memo { key: sealed.key, value: String::new(), expires_at: None });
    }
    response.body = body;
    Exchange::Answered(response)
}

fn keep(memory: &mut Vec<Memo>, memo: Memo) {
    memory.retain(|kept| kept.key != memo.key);
    memory.push(memo);
}

fn bytes(exchange: &Exchange) -> usize {
    match exchange {
        Exchange::Answered(response) => response.body.len(),
        Exchange::Failed(_) | Exchange::Done => 0,
    }
}
