//! Formats a request and its answer.

use cordboard_doctor::request::{Answer, Request};
use serde_json::{Map, Value, json};

use crate::terminal::{plain, plain_lines};

/// Returns the headers, with a secret masked.
fn headers(request: &Request) -> impl Iterator<Item = (&str, &str)> {
    let shown = |name: &str, value| if request.secret_header.as_deref() == Some(name) { "…" } else { value };
    request.headers.iter().map(move |(name, value)| (name.as_str(), shown(name, value.as_str())))
}

/// Formats the request and its answer as JSON.
pub(super) fn json(request: &Request, answer: Option<&Answer>) -> Value {
    let headers: Map<_, _> = headers(request).map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    json!({
        "method": request.method,
        "url": request.to.as_str(),
        "publicUrl": request.signed,
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
        "status": answer.map(|answer| answer.status.as_u16()),
        "answer": answer.map(|answer| String::from_utf8_lossy(&answer.body)),
    })
}

/// Formats the request and its answer as text. Without an answer, formats the request in full.
pub(super) fn text(request: &Request, answer: Option<&Answer>) -> String {
    let mut text = format!("{} {}\n", request.method, request.to);
    if request.signed != request.to.as_str() {
        text += &format!("signed for {}\n", request.signed);
    }
    let Some(answer) = answer else {
        for (name, value) in headers(request) {
            text += &format!("{name}: {}\n", plain(value));
        }
        return format!("{text}\n{}", plain_lines(&String::from_utf8_lossy(&request.body)));
    };
    text += &format!("{}\n", answer.status);
    if !answer.body.is_empty() {
        text += &format!("\n{}", plain_lines(&String::from_utf8_lossy(&answer.body)));
    }
    if answer.is_cut {
        text += "(truncated)\n";
    }
    text
}
