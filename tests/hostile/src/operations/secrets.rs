//! Operations that put a secret where it could be read.

use cordboard_plug::Piece;
use cordboard_plug::effect::{Capture, Context, Effect, Escape, Exchange, OutboundRequest, Secret, StateEntry};

use super::request::{get, wanted};
use super::{Act, Interruption, came, seen, target, targets};

/// The names of secrets.
const INBOUND: &str = "token";
const OUTBOUND: &str = "key";
const CAPTURED: &str = "session";

fn secret(key: &str) -> Piece {
    Piece::Secret(Secret { key: key.to_owned(), escape: Escape::None })
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

/// Sends one request after the other.
fn each(context: &Context, requests: impl IntoIterator<Item = OutboundRequest>) -> Act {
    match requests.into_iter().nth(context.exchanges.len()) {
        Some(request) => Err(wanted(request)),
        None => Ok(seen(context)),
    }
}

fn with_header(context: &Context, name: &str, value: Vec<Piece>) -> OutboundRequest {
    OutboundRequest { headers: vec![(name.to_owned(), value)], ..get(target(context)) }
}

fn with_url(url: Vec<Piece>) -> OutboundRequest {
    OutboundRequest { url, ..get(String::new()) }
}

pub fn inbound_secret(context: &Context) -> Act {
    let plain = || get(target(context));
    each(
        context,
        [
            with_header(context, "authorization", vec![text("Bearer "), secret(INBOUND)]),
            with_url(vec![text(&target(context)), text("?secret="), secret(INBOUND)]),
            OutboundRequest { body: vec![secret(INBOUND)], ..plain() },
            OutboundRequest { basic: Some(("user".to_owned(), INBOUND.to_owned())), ..plain() },
        ],
    )
}

pub fn secret_in_host(context: &Context) -> Act {
    let after = |start: &str, end: &str| with_url(vec![text(start), secret(OUTBOUND), text(end)]);
    each(
        context,
        [
            after("https://", "/"),
            after("https://", ".example/"),
            after("https://localhost.", "/"),
            after("https://localhost:", "/"),
            after("https://user:", "@localhost/"),
            after("", "://localhost/"),
        ],
    )
}

pub fn secret_in_hosts_header(context: &Context) -> Act {
    let names = ["host", "Content-Length", "transfer-encoding", "Connection", "upgrade", "proxy-authorization", "te"];
    each(context, names.map(|name| with_header(context, name, vec![secret(OUTBOUND)])))
}

pub fn secret_in_path(context: &Context) -> Act {
    let asked = |target: &str| {
        let url = vec![text(target), secret(OUTBOUND)];
        OutboundRequest { url, ..with_header(context, "authorization", vec![secret(OUTBOUND)]) }
    };
    match targets(context).find(|target| !target.is_empty()) {
        Some(_) => each(context, targets(context).map(asked)),
        None => each(context, [asked(&target(context))]),
    }
}

/// The secrets are in the response to a webhook, because a conference has no place for them.
pub fn secret_in_answer(_context: &Context) -> Act {
    Ok("ok".to_owned())
}

/// Returns the body of a response to a sender.
pub fn answer_with_secrets() -> Vec<Piece> {
    vec![text("token="), secret(INBOUND), text(" key="), secret(OUTBOUND)]
}

/// Captures a part of an answer, stores what is visible of the answer, uses the captured secret, and returns its state.
pub fn secret_in_state(context: &Context) -> Act {
    match context.exchanges.len() {
        0 => {
            let capture = Capture { pointer: "/token".to_owned(), key: CAPTURED.to_owned(), expires_in_pointer: None };
            Err(wanted(OutboundRequest { captures: vec![capture], ..get(target(context)) }))
        }
        1 => {
            let loot = context.exchanges.first().map(came).into_iter().chain(stored_state(context)).collect();
            Err(Interruption::Effect(Effect::SetState(vec![StateEntry {
                key: "loot".to_owned(),
                value: loot,
                expires_at: None,
            }])))
        }
        2 => Err(wanted(with_header(context, "x-session", vec![secret(CAPTURED)]))),
        // A request cannot use a state entry that the plug wrote as a secret.
        3 => Err(wanted(with_header(context, "x-loot", vec![secret("loot")]))),
        // This request does not contain the token.
        4 => Err(wanted(get(target(context)))),
        _ => {
            let failed = context.exchanges.iter().filter(|last| matches!(last, Exchange::Failed(_))).map(came);
            Ok(failed.chain(context.exchanges.last().map(came)).chain(stored_state(context)).collect())
        }
    }
}

fn stored_state(context: &Context) -> impl Iterator<Item = String> {
    context.state.iter().map(|entry| format!(" [{}={}]", entry.key, entry.value))
}
