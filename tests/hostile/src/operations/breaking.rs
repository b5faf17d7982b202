//! Operations that come to no good end.

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
    abuse::break_off()
}

pub fn oversized_result(_context: &Context) -> Act {
    Ok("x".repeat(12 << 20))
}

pub fn unreadable_result(_context: &Context) -> Act {
    Ok(abuse::unreadable())
}

/// What the contract's types allow and its words do not; the link, the status and the rest are in the results.
pub fn senseless_result(_context: &Context) -> Act {
    Ok("\u{1b}[31m\u{0}\r\n".to_owned())
}

/// Wants another effect whenever it has had one.
pub fn endless_steps(context: &Context) -> Act {
    Err(wanted(get(target(context))))
}
