//! Builds requests for tests. The tests of `cordboard-egress` include this file, too.

use super::{Escape, Method, OutboundRequest, Piece, Secret};

pub(super) fn text(text: &str) -> Vec<Piece> {
    vec![Piece::Text(text.to_owned())]
}

pub(super) fn secret(key: &str, escape: Escape) -> Piece {
    Piece::Secret(Secret { key: key.to_owned(), escape })
}

pub(super) fn get(url: Vec<Piece>) -> OutboundRequest {
    OutboundRequest {
        method: Method::Get,
        url,
        headers: Vec::new(),
        basic: None,
        body: Vec::new(),
        captures: Vec::new(),
        idempotent: true,
    }
}
