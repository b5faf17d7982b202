//! Runs an `async fn` as a pure function.
//!
//! Each run polls the operation once. An awaited effect resolves immediately with the next exchange from the context.
//! Without a further exchange, the run returns the effect itself, and the host calls the operation again with one more
//! exchange.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Poll, Waker};

use cordboard_core::types::effect::{self, Effect, Exchange};

use crate::Context;

/// The progress of one run.
pub(crate) struct Replay<'a> {
    exchanges: &'a [Exchange],
    next: Cell<usize>,
    requested: RefCell<Option<Effect>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(exchanges: &'a [Exchange]) -> Self {
        Self { exchanges, next: Cell::new(0), requested: RefCell::new(None) }
    }

    /// Returns the outcome of an effect. Never resolves if this run has no exchange for it.
    pub(crate) async fn perform(&self, effect: Effect) -> &'a Exchange {
        let at = self.next.get();
        self.next.set(at + 1);
        match self.exchanges.get(at) {
            Some(exchange) => exchange,
            None => {
                // Of several effects awaited together, request the first. The others follow in later runs.
                self.requested.borrow_mut().get_or_insert(effect);
                pending().await
            }
        }
    }
}

/// Why a run has no result.
#[derive(Debug, PartialEq)]
pub enum Pause<E> {
    /// The host must perform this effect first.
    Effect(Effect),
    /// The operation failed.
    Failed(E),
    /// The operation awaits something other than an effect, which would never resolve.
    Stuck,
}

/// Runs an operation as far as the context's exchanges allow.
///
/// # Errors
/// The next effect, the operation's own failure, or that the operation is stuck.
#[allow(clippy::result_large_err, reason = "an effect is moved once, and a run that wants none is no more common")]
pub fn run<T, E>(
    context: &effect::Context,
    operation: impl AsyncFnOnce(&Context<'_>) -> Result<T, E>,
) -> Result<T, Pause<E>> {
    let replay = Replay::new(&context.exchanges);
    let view = Context::new(context, &replay);
    let polled = {
        let future = pin!(operation(&view));
        future.poll(&mut std::task::Context::from_waker(Waker::noop()))
    };
    match polled {
        Poll::Ready(Ok(value)) => Ok(value),
        Poll::Ready(Err(error)) => Err(Pause::Failed(error)),
        Poll::Pending => Err(replay.requested.take().map_or(Pause::Stuck, Pause::Effect)),
    }
}
