//! Compares what two plugs do in the same operation.
//!
//! Plugs are pure: given the same input and the same answers from outside, a plug does the same again. So a completed
//! operation can be replayed with another plug, which gets the recorded answers for as long as it returns the recorded
//! effects. The first effect that differs is the difference; no effect of the other plug is ever performed.

use cordboard_core::engine::{self, Engine, Limits, PlugState, Violation};
use serde_json::{Value, json};

use crate::flow::operation::Completion;
use crate::flow::operation::invocation::value;
use crate::topology::Generation;
use cordboard_runtime::contract::effect::{Context, Effect, Exchange};
use cordboard_store::JournaledEffect;

use super::recorded::Recorded;

/// One step of a plug in an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It returned this effect.
    Effect(JournaledEffect),
    /// It ended the operation.
    Completed(Completion),
}

impl Step {
    /// Returns whether another plug's step is the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Effect(one), Self::Effect(JournaledEffect::Whole(other))) => one.is(other),
            _ => self == other,
        }
    }

    /// Returns the step as JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Effect(effect) => json!({ "effect": value(effect) }),
            Self::Completed(Completion::Done(result)) => json!({ "result": result }),
            Self::Completed(Completion::Failed(failure)) => json!({ "failure": failure }),
            Self::Completed(Completion::Broken(error)) => json!({ "broken": error.to_string() }),
        }
    }
}

/// The first step in which two plugs differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The number of effects that they have in common.
    pub after: usize,
    /// The next step of the first plug.
    pub one: Step,
    /// The next step of the other plug.
    pub other: Step,
}

/// Replays a completed operation with the plug and settings of a generation. Returns `None` if it does the same as the
/// recorded plug, which ended the operation with `completion`.
pub fn compare(recorded: &Recorded, completion: Completion, generation: &Generation) -> Option<Difference> {
    let Replayed { after, step: other } = replay(recorded, generation);
    let one = match recorded.effects.get(after) {
        Some(effect) => Step::Effect(effect.clone()),
        None => Step::Completed(completion),
    };
    (!one.is(&other)).then_some(Difference { after, one, other })
}

/// How far a plug gets with the recorded answers.
pub struct Replayed {
    /// The number of its effects that match the recorded ones.
    pub after: usize,
    /// Its next step.
    pub step: Step,
}

/// Replays an operation with the plug and settings of a generation. The plug gets the recorded answers for as long as
/// it returns the recorded effects.
pub fn replay(recorded: &Recorded, generation: &Generation) -> Replayed {
    let Recorded { invocation, context, effects, .. } = recorded;
    let journal = Replay { effects, exchanges: &context.exchanges };
    let context = generation.settings.context(context.state.clone(), context.now, context.random.clone());
    let mut engine = Engine::new(context, PlugState::default(), Limits::default(), journal);
    loop {
        let step = match invocation.call(&generation.plug, engine.context()) {
            Err(error) => Step::Completed(Completion::Broken(error)),
            Ok(result) => match engine.advance(result, false) {
                engine::Step::Continue => continue,
                engine::Step::Done(result) => Step::Completed(Completion::Done(result)),
                engine::Step::Failed(failure) => Step::Completed(Completion::Failed(failure)),
                engine::Step::Violation(Violation::Diverged(effect)) => Step::Effect(effect.into()),
                engine::Step::Violation(why) => Step::Completed(Completion::Broken(why.into())),
                engine::Step::Call(call) => Step::Effect(Effect::Call(call.request).into()),
            },
        };
        return Replayed { after: engine.context().exchanges.len(), step };
    }
}

/// The journal of a replay, in which every effect without a recorded result is a different one.
struct Replay<'a> {
    effects: &'a [JournaledEffect],
    exchanges: &'a [Exchange],
}

impl engine::Journal for Replay<'_> {
    fn recorded(&mut self, context: &Context, effect: &Effect) -> engine::Recorded {
        let number = context.exchanges.len();
        match (self.effects.get(number), self.exchanges.get(number)) {
            (Some(recorded), Some(exchange)) if recorded.is(effect) => engine::Recorded::Completed(exchange.clone()),
            _ => engine::Recorded::Diverged,
        }
    }
}
