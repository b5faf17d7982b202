//! Whether another plug would have done the same.
//!
//! Plugs are pure: asked for the same with the same answers from outside, a plug does the same again. So an operation
//! that was carried out can be put to another plug, which is given the answers that came then, for as long as it asks
//! for the same. The first effect that differs is the finding; nothing that the other plug wants is ever done.

use serde_json::{Value, json};

use crate::contract::effect::{Context, Exchange};
use crate::store::JournaledEffect;
use crate::topology::Generation;

use super::execute::Pause;
use super::invocation::{Invocation, value};

/// How an operation ended, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum CompletionRecord {
    /// With a result.
    Done(Value),
    /// In the plug's own word for failure.
    Failed(Value),
    /// It broke a promise or a limit; how.
    Broken(String),
}

/// An operation as it went.
#[derive(Clone, Debug)]
pub struct CompletedRun {
    /// What was asked.
    pub invocation: std::sync::Arc<Invocation>,
    /// All that the plug knew, with what came of its effects.
    pub context: Context,
    /// What it wanted done, in order.
    pub effects: Vec<JournaledEffect>,
    /// What came of it.
    pub ended: CompletionRecord,
}

/// What a plug did at some point of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It wanted this.
    Effect(JournaledEffect),
    /// It ended so.
    Completed(CompletionRecord),
}

impl Step {
    /// Whether another plug's step is the same.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Effect(one), Self::Effect(JournaledEffect::Whole(other))) => one.is(other),
            _ => self == other,
        }
    }

    /// For people and programs.
    pub fn json(&self) -> Value {
        match self {
            Self::Effect(effect) => json!({ "effect": value(effect) }),
            Self::Completed(CompletionRecord::Done(result)) => json!({ "result": result }),
            Self::Completed(CompletionRecord::Failed(failure)) => json!({ "failure": failure }),
            Self::Completed(CompletionRecord::Broken(why)) => json!({ "broken": why }),
        }
    }
}

/// Where two plugs part.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// How many effects they had in common.
    pub after: usize,
    /// What the one did then.
    pub one: Step,
    /// What the other did.
    pub other: Step,
}

/// Puts an operation to the plug of a generation, with that generation's settings. None where it does the same.
pub fn compare(completed: &CompletedRun, generation: &Generation) -> Option<Difference> {
    let replayed = replay(&completed.invocation, &completed.context, &completed.effects, generation);
    let after = replayed.after;
    let one = match completed.effects.get(after) {
        Some(effect) => Step::Effect(effect.clone()),
        None => Step::Completed(completed.ended.clone()),
    };
    (!one.is(&replayed.step)).then_some(Difference { after, one, other: replayed.step })
}

/// As far as a plug goes with the answers that are there.
pub struct Replayed {
    /// How many of its effects were those that are there.
    pub after: usize,
    /// What it did next.
    pub step: Step,
}

/// Puts an operation to the plug of a generation, which is given the answers that came of `effects` for as long as it
/// wants the same.
pub fn replay(
    invocation: &Invocation,
    known: &Context,
    effects: &[JournaledEffect],
    generation: &Generation,
) -> Replayed {
    let mut context = Context {
        settings: generation.settings.open().to_vec(),
        secrets: generation.settings.secret_keys().cloned().collect(),
        exchanges: Vec::new(),
        ..known.clone()
    };
    loop {
        let after = context.exchanges.len();
        let step = match invocation.call(&generation.plug, &context) {
            Ok(Ok(result)) => Step::Completed(CompletionRecord::Done(result)),
            Ok(Err(Pause::Failed(failure))) => Step::Completed(CompletionRecord::Failed(failure)),
            Ok(Err(Pause::Effect(effect))) => Step::Effect(effect.into()),
            Err(error) => Step::Completed(CompletionRecord::Broken(error.to_string())),
        };
        match (&step, effects.get(after), known.exchanges.get(after)) {
            (Step::Effect(JournaledEffect::Whole(effect)), Some(then), Some(exchange)) if then.is(effect) => {
                context.exchanges.push(Exchange::clone(exchange));
            }
            _ => return Replayed { after, step },
        }
    }
}
