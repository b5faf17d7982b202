//! Operations that fail.

use cordboard_plug::effect::Context;

use super::request::{get, wanted};
use super::{Act, target};
use crate::abuse;

pub fn endless_loop(_context: &Context) -> Act {
    abuse::run_for_ever()
}

pub fn memory_bomb(_context: &Context) -> Act {
    abuse::take_all_memory()
}

pub fn recursion(_context: &Context) -> Act {
    Ok(abuse::recurse(1).to_string())
}

pub fn trap(_context: &Context) -> Act {
    abuse::trap()
}

pub fn oversized_result(_context: &Context) -> Act {
    Ok("x".repeat(12 << 20))
}

pub fn unreadable_result(_context: &Context) -> Act {
    Ok(abuse::unreadable())
}

/// A text that the contract's types allow and its documentation forbids. The results add an invalid link and status.
pub fn senseless_result(_context: &Context) -> Act {
    Ok("\u{1b}[31m\u{0}\r\n".to_owned())
}

/// Requests effects without end.
pub fn endless_steps(context: &Context) -> Act {
    Err(wanted(get(target(context))))
}
