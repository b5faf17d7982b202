//! Operations that return too much.

use cordboard_plug::Piece;
use cordboard_plug::effect::{Context, Effect, Method, OutboundRequest, StateEntry};

use super::request::{get, wanted};
use super::{Act, Interruption, seen, target};

/// A message almost as long as the result of a call may be.
pub fn huge_failure(_context: &Context) -> Act {
    Err(Interruption::Failed("x".repeat(7 << 20)))
}

/// A body that is longer than all effects of an operation may be.
pub fn huge_effect(context: &Context) -> Act {
    let body = vec![Piece::Text("x".repeat(3 << 20))];
    Err(wanted(OutboundRequest { method: Method::Post, body, ..get(target(context)) }))
}

/// The result of a webhook has a huge event.
pub fn huge_event(_context: &Context) -> Act {
    Ok("ok".to_owned())
}

/// Sets state without end.
pub fn endless_state(context: &Context) -> Act {
    Err(set_state(context.exchanges.len(), 1))
}

/// Sets as much state as a connection may have, without end.
pub fn state_flood(context: &Context) -> Act {
    Err(set_state(context.exchanges.len(), 100))
}

fn set_state(step: usize, count: usize) -> Interruption {
    let value = format!("{step:0>16384}");
    let entry = |number: usize| StateEntry { key: format!("key-{number}"), value: value.clone(), expires_at: None };
    Interruption::Effect(Effect::SetState((0..count).map(entry).collect()))
}

/// Requests four times what policy refuses.
pub fn many_headers(context: &Context) -> Act {
    if context.exchanges.len() == 4 {
        return Ok(seen(context));
    }
    let header = |number: usize| (format!("x-header-{number}"), vec![Piece::Text("payload-of-a-header".to_owned())]);
    Err(wanted(OutboundRequest { headers: (0..5_000).map(header).collect(), ..get(target(context)) }))
}
