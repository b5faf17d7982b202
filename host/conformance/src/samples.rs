//! Sample answers and webhooks of a healthy vendor.

use std::collections::BTreeMap;

use cordboard_core::outbound;
use serde::Deserialize;
use serde_json::Value;

use cordboard::contract::effect::{Method, OutboundRequest, OutboundResponse, Piece};
use cordboard::contract::http::Header;

const MAX_SAMPLES: usize = 256;

/// Sample answers of the vendor's API, and sample webhooks.
///
/// ```json
/// {
///   "answers": [{ "to": "POST /rooms", "status": 201, "body": { "id": "7", "link": "https://rooms.example.org/7" } }],
///   "webhooks": [{ "route": "events", "body": { "what": "opened", "room": "7" } }]
/// }
/// ```
///
/// `to` is a method and the end of a path. `status` defaults to 200. `body` is JSON; use `text` instead for other
/// content. Both kinds may have `headers`, and a webhook may have a `method` and a `query`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Samples {
    answers: Vec<Answer>,
    pub(super) webhooks: Vec<Webhook>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "AnswerEntry")]
struct Answer {
    method: Method,
    path: String,
    response: OutboundResponse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerEntry {
    to: String,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    text: Option<String>,
}

fn ok() -> u16 {
    200
}

/// A webhook request, as its sender would send it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub route: String,
    pub method: Option<String>,
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    text: Option<String>,
}

impl Samples {
    /// Parses samples from JSON.
    ///
    /// # Errors
    /// If the samples are invalid. The message tells what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let samples: Self = serde_json::from_str(text).map_err(|error| format!("invalid samples: {error}"))?;
        if samples.answers.len() + samples.webhooks.len() > MAX_SAMPLES {
            return Err(format!("more than {MAX_SAMPLES} samples: keep one of each kind"));
        }
        Ok(samples)
    }

    /// The sample answer to a request. If several match, the one with the longest path.
    pub(super) fn answer(&self, request: &OutboundRequest) -> Option<&OutboundResponse> {
        let path = path(&request.url);
        let fitting = self.answers.iter().filter(|one| one.method == request.method && path.ends_with(&one.path));
        fitting.max_by_key(|one| one.path.len()).map(|one| &one.response)
    }
}

impl TryFrom<AnswerEntry> for Answer {
    type Error = String;

    fn try_from(entry: AnswerEntry) -> Result<Self, String> {
        let unreadable = || {
            format!(
                "invalid answer to `{}`: use a method and a path, as in `POST /rooms`, and a status from 100 to 599",
                entry.to
            )
        };
        let (method, path) = entry.to.split_once(' ').ok_or_else(unreadable)?;
        let known = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
        let method = known.into_iter().find(|known| outbound::method(*known) == method).ok_or_else(unreadable)?;
        if !path.starts_with('/') || !(100..=599).contains(&entry.status) {
            return Err(unreadable());
        }
        let headers = entry.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        let response =
            OutboundResponse { status: entry.status, headers, body: bytes(entry.body.as_ref(), entry.text.as_ref()) };
        Ok(Self { method, path: path.to_owned(), response })
    }
}

impl Webhook {
    /// The headers, with names in lower case.
    pub fn headers(&self) -> Vec<Header> {
        let header =
            |(name, value): (&String, &String)| Header { name: name.to_lowercase(), value: value.as_str().into() };
        self.headers.iter().map(header).collect()
    }

    /// The body, which is empty if there is none.
    pub fn body(&self) -> Vec<u8> {
        bytes(self.body.as_ref(), self.text.as_ref())
    }
}

fn bytes(body: Option<&Value>, text: Option<&String>) -> Vec<u8> {
    body.map(Value::to_string).or_else(|| text.cloned()).unwrap_or_default().into_bytes()
}

/// The path of a URL, without the secrets in it.
fn path(url: &[Piece]) -> String {
    let text: String = url.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let path = rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, url: &str) -> OutboundRequest {
        OutboundRequest {
            method,
            url: vec![Piece::Text(url.to_owned())],
            headers: Vec::new(),
            basic: None,
            body: Vec::new(),
            captures: Vec::new(),
            idempotent: false,
        }
    }

    #[test]
    fn an_answer_is_found_by_method_and_path() {
        let samples = r#"{ "answers": [
            { "to": "POST /rooms", "status": 201, "body": { "id": 12345678901234567890123 }, "headers": { "X-A": "b" } },
            { "to": "POST /special/rooms", "text": "none" },
            { "to": "DELETE /rooms/7", "status": 204 }
        ] }"#;
        let samples = Samples::parse(samples).unwrap();
        let find = |method, url| samples.answer(&request(method, url)).cloned();
        let made = find(Method::Post, "https://a.example/v1/rooms?x=/y#z").unwrap();
        assert_eq!((made.status, made.headers), (201, vec![("x-a".to_owned(), "b".to_owned())]));
        assert_eq!(made.body, br#"{"id":12345678901234567890123}"#);
        assert_eq!(find(Method::Post, "https://a.example/special/rooms").unwrap().body, b"none");
        assert_eq!(find(Method::Delete, "https://a.example/rooms/7").unwrap().status, 204);
        assert!(find(Method::Get, "https://a.example/rooms").is_none() && find(Method::Post, "https://a").is_none());
    }

    #[test]
    fn an_error_says_what_is_invalid() {
        for (text, why) in [
            ("", "line 1"),
            (r#"{ "answer": [] }"#, "unknown field `answer`"),
            (r#"{ "answers": [{ "to": "/rooms" }] }"#, "`POST /rooms`"),
            (r#"{ "answers": [{ "to": "POST rooms" }] }"#, "`POST /rooms`"),
            (r#"{ "webhooks": [{ "body": 7 }] }"#, "missing field `route`"),
        ] {
            let error = Samples::parse(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
