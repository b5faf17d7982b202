//! Operations that request calls which policy forbids.

use std::sync::atomic::{AtomicU32, Ordering};

use cordboard_plug::Piece;
use cordboard_plug::effect::{Context, Exchange, OutboundRequest};

use super::request::{get, wanted};
use super::{Act, seen, target, targets};

/// Counts the runs, if memory survived from one call to the next.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// Requests three times a URL that contains the number of earlier runs, and a setting that the operator may change.
pub fn asking_differently(context: &Context) -> Act {
    let runs = RUNS.fetch_add(1, Ordering::Relaxed);
    match context.exchanges.len() {
        0..3 => Err(wanted(get(format!("{}?{runs}", target(context))))),
        _ => Ok(seen(context)),
    }
}

/// Requests each target.
pub fn forbidden_host(context: &Context) -> Act {
    match targets(context).nth(context.exchanges.len()) {
        Some(address) => Err(wanted(get(address.to_owned()))),
        None => Ok(seen(context)),
    }
}

/// Requests the target of a redirect.
pub fn forbidden_redirect(context: &Context) -> Act {
    match context.exchanges.as_slice() {
        [] => Err(wanted(get(target(context)))),
        [Exchange::Answered(answer)] => match answer.headers.iter().find(|(name, _)| name == "location") {
            Some((_, address)) => Err(wanted(get(address.clone()))),
            None => Ok(seen(context)),
        },
        _ => Ok(seen(context)),
    }
}

/// Headers that would end the message or begin another.
const SMUGGLED: [(&str, &str); 14] = [
    ("x-line", "a\r\nx-smuggled: b"),
    ("x-line", "a\nx-smuggled: b"),
    ("x-line", "a\rx-smuggled: b"),
    ("x-line", "a\0"),
    ("x-line", "a\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
    ("x-line\r\nx-smuggled", "b"),
    ("x-smuggled: b\r\nx-line", "a"),
    ("x-smuggled ", "b"),
    ("", "b"),
    ("Content-Length", "0"),
    ("Transfer-Encoding", "chunked"),
    ("HOST", "smuggled.example"),
    ("connection", "x-smuggled"),
    ("proxy-authorization", "b"),
];

/// Attempts the same in URLs and in `basic`.
pub fn header_smuggling(context: &Context) -> Act {
    let plain = get(target(context));
    let text = |text: &str| Piece::Text(text.to_owned());
    let done = context.exchanges.len();
    let request = match (SMUGGLED.get(done), done.checked_sub(SMUGGLED.len())) {
        (Some((name, value)), _) => OutboundRequest { headers: vec![((*name).to_owned(), vec![text(value)])], ..plain },
        (None, Some(0)) => {
            let url = [plain.url, vec![text(" HTTP/1.1\r\nx-smuggled: b\r\n\r\n")]].concat();
            OutboundRequest { url, ..get(String::new()) }
        }
        (None, Some(1)) => OutboundRequest { basic: Some(("a:b\r\nx-smuggled".to_owned(), "key".to_owned())), ..plain },
        _ => return Ok(seen(context)),
    };
    Err(wanted(request))
}
