//! Builds requests.

use cordboard_plug::Piece;
use cordboard_plug::effect::{Effect, Method, OutboundRequest};

use super::Interruption;

pub fn wanted(request: OutboundRequest) -> Interruption {
    Interruption::Effect(Effect::Call(request))
}

pub fn get(url: String) -> OutboundRequest {
    OutboundRequest {
        method: Method::Get,
        url: vec![Piece::Text(url)],
        headers: Vec::new(),
        basic: None,
        body: Vec::new(),
        captures: Vec::new(),
        idempotent: true,
    }
}
