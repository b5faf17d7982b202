//! Formats the request of a dry run, with its secrets masked.

use cordboard_core::outbound;
use serde_json::{Map, Value, json};

use crate::terminal::plain;
use cordboard::contract::effect::{OutboundRequest, Piece};

/// Formats the request as text: method and URL, headers, an empty line, body.
pub(super) fn text(request: &OutboundRequest) -> String {
    let mut text = format!("{} {}\n", outbound::method(request.method), plain(&masked(&request.url)));
    for (name, value) in &request.headers {
        text += &plain(&format!("{name}: {}", masked(value)));
        text.push('\n');
    }
    let body = masked(&request.body);
    if !body.is_empty() {
        text += &format!("\n{}\n", plain(&body));
    }
    text
}

/// Formats the request as JSON.
pub(super) fn json(request: &OutboundRequest) -> Value {
    let headers: Map<_, _> =
        request.headers.iter().map(|(name, value)| (name.clone(), Value::from(masked(value)))).collect();
    json!({
        "method": outbound::method(request.method).as_str(),
        "url": masked(&request.url),
        "headers": headers,
        "body": masked(&request.body),
    })
}

fn masked(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Secret(_) | Piece::Signature(_) => "…".to_owned(),
    };
    pieces.iter().map(piece).collect()
}
