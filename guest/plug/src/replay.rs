//! How an `async fn` becomes a pure function.
//!
//! An operation is polled once. Each effect it awaits takes the next exchange of the context and is ready at once; past
//! the last exchange the effect itself is what the operation returns, and the host comes back with one more exchange.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Poll, Waker};

use cordboard_core::types::effect::{self, Effect, Exchange};

use crate::Context;

/// The state of one run.
pub(crate) struct Replay<'a> {
    exchanges: &'a [Exchange],
    next: Cell<usize>,
    wanted: RefCell<Option<Effect>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(exchanges: &'a [Exchange]) -> Self {
        Self { exchanges, next: Cell::new(0), wanted: RefCell::new(None) }
    }

    /// What came of `effect`: known, or never, for this run.
    pub(crate) async fn perform(&self, effect: Effect) -> &'a Exchange {
        let at = self.next.get();
        self.next.set(at + 1);
        match self.exchanges.get(at) {
            Some(exchange) => exchange,
            None => {
                // Of several that are awaited together the first is asked for; the others come in their turn.
                self.wanted.borrow_mut().get_or_insert(effect);
                pending().await
            }
        }
    }
}

/// Why a run has no result.
#[derive(Debug, PartialEq)]
pub enum Pause<E> {
    /// This is wanted first.
    Effect(Effect),
    /// The operation failed.
    Failed(E),
    /// The operation awaits something that is not an effect of its context, and would wait for ever.
    Stuck,
}

/// Runs an operation as far as the context's exchanges carry it.
///
/// # Errors
/// The effect that it wants next, its own failure, or that it awaits what will never come.
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
        Poll::Pending => Err(replay.wanted.take().map_or(Pause::Stuck, Pause::Effect)),
    }
}
