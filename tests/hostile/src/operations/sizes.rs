//! Operations that return more than anybody needs.

use cordboard_plug::Piece;
use cordboard_plug::effect::{Context, Effect, Method, OutboundRequest, StateEntry};

use super::request::{get, wanted};
use super::{Act, Interruption, seen, target};

/// Its text is what a call may return, nearly.
pub fn huge_failure(_context: &Context) -> Act {
    Err(Interruption::Failed("x".repeat(7 << 20)))
}

/// A body that is longer than all that an operation may ask for.
pub fn huge_effect(context: &Context) -> Act {
    let body = vec![Piece::Text("x".repeat(3 << 20))];
    Err(wanted(OutboundRequest { method: Method::Post, body, ..get(target(context)) }))
}

/// Where it is told of something, it tells of more.
pub fn huge_event(_context: &Context) -> Act {
    Ok("ok".to_owned())
}

/// Keeps something, and then the next.
pub fn endless_state(context: &Context) -> Act {
    Err(set_state(context.exchanges.len(), 1))
}

/// Keeps as much as a connection may, again and again.
pub fn state_flood(context: &Context) -> Act {
    Err(set_state(context.exchanges.len(), 100))
}

fn set_state(step: usize, count: usize) -> Interruption {
    let value = format!("{step:0>16384}");
    let entry = |number: usize| StateEntry { key: format!("key-{number}"), value: value.clone(), expires_at: None };
    Interruption::Effect(Effect::SetState((0..count).map(entry).collect()))
}

/// Asks four times for what is not sent.
pub fn many_headers(context: &Context) -> Act {
    if context.exchanges.len() == 4 {
        return Ok(seen(context));
    }
    let header = |number: usize| (format!("x-header-{number}"), vec![Piece::Text("payload-of-a-header".to_owned())]);
    Err(wanted(OutboundRequest { headers: (0..5_000).map(header).collect(), ..get(target(context)) }))
}
