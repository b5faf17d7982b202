//! `cordboard:types/effect`: what sending and rendering need.

use cordboard_core::types::effect as core;

use crate::contract::effect as host;

/// A request.
pub fn request(request: &host::OutboundRequest) -> core::OutboundRequest {
    core::OutboundRequest {
        method: method(request.method),
        url: pieces(&request.url),
        headers: request.headers.iter().map(|(name, value)| (name.clone(), pieces(value))).collect(),
        basic: request.basic.clone(),
        body: pieces(&request.body),
        seals: seals(&request.seals),
        repeatable: request.repeatable,
    }
}

/// Its method.
pub fn method(method: host::Method) -> core::Method {
    match method {
        host::Method::Get => core::Method::Get,
        host::Method::Post => core::Method::Post,
        host::Method::Put => core::Method::Put,
        host::Method::Patch => core::Method::Patch,
        host::Method::Delete => core::Method::Delete,
    }
}

/// The pieces of a text.
pub fn pieces(pieces: &[host::Piece]) -> Vec<core::Piece> {
    pieces.iter().map(piece).collect()
}

/// What of an answer to keep from the plug.
pub fn seals(seals: &[host::Seal]) -> Vec<core::Seal> {
    seals
        .iter()
        .map(|seal| core::Seal {
            pointer: seal.pointer.clone(),
            key: seal.key.clone(),
            expires_in_pointer: seal.expires_in_pointer.clone(),
        })
        .collect()
}

fn piece(piece: &host::Piece) -> core::Piece {
    match piece {
        host::Piece::Text(text) => core::Piece::Text(text.clone()),
        host::Piece::Secret(secret) => {
            core::Piece::Secret(core::Secret { key: secret.key.clone(), escape: escape(secret.escape) })
        }
        host::Piece::Proof(proof) => core::Piece::Proof(core::Proof {
            algorithm: algorithm(proof.algorithm),
            key: proof.key.clone(),
            text: proof.text.clone(),
            encoding: encoding(proof.encoding),
        }),
    }
}

fn escape(escape: host::Escape) -> core::Escape {
    match escape {
        host::Escape::None => core::Escape::None,
        host::Escape::Url => core::Escape::Url,
        host::Escape::Form => core::Escape::Form,
        host::Escape::Json => core::Escape::Json,
    }
}

fn algorithm(algorithm: host::Algorithm) -> core::Algorithm {
    match algorithm {
        host::Algorithm::HmacSha1 => core::Algorithm::HmacSha1,
        host::Algorithm::HmacSha256 => core::Algorithm::HmacSha256,
        host::Algorithm::HmacSha512 => core::Algorithm::HmacSha512,
        host::Algorithm::RsaSha256 => core::Algorithm::RsaSha256,
    }
}

fn encoding(encoding: host::Encoding) -> core::Encoding {
    match encoding {
        host::Encoding::Hex => core::Encoding::Hex,
        host::Encoding::Base64 => core::Encoding::Base64,
        host::Encoding::Base64url => core::Encoding::Base64url,
    }
}
