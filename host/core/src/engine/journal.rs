//! The record of an operation.

use super::StateEntry;
use crate::types::effect::{Context, Effect, Exchange};

/// Records an operation, and knows what an earlier, interrupted run of it recorded. By default, all methods do nothing.
///
/// In all methods, the number of exchanges in the context is the number of the effect, counted from 0.
pub trait Journal {
    /// Returns what an earlier run recorded of the effect that the plug returned. Called before any other method, for
    /// every effect.
    fn recorded(&mut self, _context: &Context, _effect: &Effect) -> Recorded {
        Recorded::New
    }

    /// Records an effect before it is performed.
    fn effect(&mut self, _context: &Context, _effect: Effect) {}

    /// Records the captured values that an effect replaced or deleted, and the number of bytes that it captured. A
    /// resumed operation gets them back with [`PlugState::restore`](super::PlugState::restore). Called before
    /// [`exchange`](Self::exchange), if there are any.
    fn captured(&mut self, _context: &Context, _retired: &[String], _captured_bytes: usize) {}

    /// Records the result of an effect.
    fn exchange(&mut self, _context: &Context, _exchange: &Exchange) {}

    /// Records that a state entry was set, by the plug or because its value was captured.
    fn set_state(&mut self, _entry: &StateEntry) {}

    /// Records that the plug deleted state entries.
    fn delete_state(&mut self, _keys: &[String]) {}
}

/// Records nothing.
impl Journal for () {}

/// Lists the effects that the plug returned, including one that ended the operation.
impl Journal for Vec<Effect> {
    fn recorded(&mut self, _context: &Context, effect: &Effect) -> Recorded {
        self.push(effect.clone());
        Recorded::New
    }
}

/// What an earlier run recorded of an effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// Nothing: the earlier run did not get this far, or there was none.
    New,
    /// The effect with its result.
    Completed(Exchange),
    /// The effect without its result. It can be performed again.
    Interrupted,
    /// A request that is not idempotent, without its result. It may have been carried out, so it is not sent again: the
    /// plug gets the failure `unreachable`.
    Lost,
    /// A different effect.
    Diverged,
}

impl Recorded {
    /// Returns what is known of an effect that was recorded with this result.
    pub fn of(effect: &Effect, exchange: Option<&Exchange>) -> Self {
        match (exchange, effect) {
            (Some(exchange), _) => Self::Completed(exchange.clone()),
            (None, Effect::Call(request)) if !request.idempotent => Self::Lost,
            (None, _) => Self::Interrupted,
        }
    }
}
