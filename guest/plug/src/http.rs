//! HTTP requests, which the host sends for the plug.

use std::fmt;

use cordboard_core::types::effect::{
    Capture, Effect, Escape, Exchange, Method, OutboundFailure, OutboundRequest, OutboundResponse, Piece, Secret,
};
use serde_json::Value;

use crate::Failure;
use crate::contract::settings::SettingsError;
use crate::replay::Replay;

/// Sends HTTP requests through the host.
#[derive(Clone, Copy)]
pub struct Http<'a> {
    pub(crate) replay: &'a Replay<'a>,
}

impl Http<'_> {
    /// Sends a request and returns the response, whatever its status.
    ///
    /// # Errors
    /// If there is no complete response.
    pub async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        match self.replay.perform(Effect::Call(request.0)).await {
            Exchange::Answered(answer) => Ok(Response(answer.clone())),
            Exchange::Failed(failure) => Err(HttpFailure(Some(*failure))),
            Exchange::Done => Err(HttpFailure(None)),
        }
    }
}

/// An HTTP request.
#[derive(Clone, Debug)]
pub struct Request(OutboundRequest);

impl Request {
    /// Creates a request. Any method but GET counts as not idempotent, so the host never repeats the request; see
    /// [`idempotent`](Self::idempotent).
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self::to(method, vec![Piece::Text(url.into())])
    }

    /// Creates a request with a URL that the host completes, for example one that ends with `?key=` and a [`secret`].
    pub fn to(method: Method, url: Vec<Piece>) -> Self {
        Self(OutboundRequest {
            method,
            url,
            headers: Vec::new(),
            basic: None,
            body: Vec::new(),
            captures: Vec::new(),
            idempotent: matches!(method, Method::Get),
        })
    }

    /// Creates a GET request, which counts as idempotent.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }

    /// Creates a POST request.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::Post, url)
    }

    /// Marks the request as idempotent: sending it twice does no harm, as with a search by POST.
    pub fn idempotent(mut self) -> Self {
        self.0.idempotent = true;
        self
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: impl Into<String>) -> Self {
        self.header_pieces(name, vec![Piece::Text(value.into())])
    }

    /// Adds a header that the host completes, for example `Bearer ` and a [`secret`].
    pub fn header_pieces(mut self, name: &str, value: Vec<Piece>) -> Self {
        self.0.headers.push((name.to_owned(), value));
        self
    }

    /// Adds `authorization: Bearer` with the secret `key`.
    pub fn bearer(self, key: &str) -> Self {
        self.header_pieces("authorization", vec![Piece::Text("Bearer ".to_owned()), secret(key, Escape::None)])
    }

    /// Adds HTTP Basic authentication with the values of two settings.
    pub fn basic(mut self, user_key: &str, password_key: &str) -> Self {
        self.0.basic = Some((user_key.to_owned(), password_key.to_owned()));
        self
    }

    /// Sets the body and its content type.
    pub fn body(mut self, content_type: &str, body: Vec<Piece>) -> Self {
        self.0.body = body;
        self.header("content-type", content_type)
    }

    /// Sets a JSON body.
    pub fn json(self, body: JsonBody) -> Self {
        self.body("application/json", body.finish())
    }

    /// Captures a value from the JSON response: hides it from the plug and stores it as the state entry `key`, which
    /// later requests can use as a [`secret`].
    pub fn capture(mut self, pointer: &str, key: &str) -> Self {
        self.0.captures.push(Capture { pointer: pointer.to_owned(), key: key.to_owned(), expires_in_pointer: None });
        self
    }

    /// Captures a value like [`capture`](Self::capture), with a lifetime in seconds from elsewhere in the response.
    pub fn capture_expiring(mut self, pointer: &str, key: &str, expires_in_pointer: &str) -> Self {
        let expires_in_pointer = Some(expires_in_pointer.to_owned());
        self.0.captures.push(Capture { pointer: pointer.to_owned(), key: key.to_owned(), expires_in_pointer });
        self
    }

    /// Converts the request into the contract's type.
    pub fn into_outbound(self) -> OutboundRequest {
        self.0
    }
}

/// A secret setting or captured state entry, for the host to insert.
pub fn secret(key: &str, escape: Escape) -> Piece {
    Piece::Secret(Secret { key: key.to_owned(), escape })
}

/// A JSON object with members that the host completes.
#[derive(Clone, Debug, Default)]
pub struct JsonBody {
    pieces: Vec<Piece>,
    text: String,
}

impl JsonBody {
    /// Creates an empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member.
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.name(name);
        self.text.push_str(&value.into().to_string());
        self
    }

    /// Adds a member if there is a value.
    pub fn member_if(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.member(name, value),
            None => self,
        }
    }

    /// Adds a member with the secret `key` as its value.
    pub fn secret(mut self, name: &str, key: &str) -> Self {
        self.name(name);
        self.text.push('"');
        self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        self.pieces.push(secret(key, Escape::Json));
        self.text.push('"');
        self
    }

    fn name(&mut self, name: &str) {
        let first = self.pieces.is_empty() && self.text.is_empty();
        self.text.push(if first { '{' } else { ',' });
        self.text.push_str(&Value::from(name).to_string());
        self.text.push(':');
    }

    fn finish(mut self) -> Vec<Piece> {
        if self.pieces.is_empty() && self.text.is_empty() {
            self.text.push('{');
        }
        self.text.push('}');
        self.pieces.push(Piece::Text(self.text));
        self.pieces
    }
}

/// An HTTP response.
#[derive(Clone, Debug)]
pub struct Response(OutboundResponse);

impl Response {
    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.0.status)
    }

    /// The first header with this name, which must be in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `Retry-After` in seconds, if it is a number.
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after")?.trim().parse().ok()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// `unavailable` if it is not JSON.
    pub fn json(&self) -> Result<Value, Failure> {
        serde_json::from_slice(&self.0.body).map_err(|_| {
            Failure::Unavailable(format!("the provider answered {} with a body that is not JSON", self.0.status))
        })
    }
}

/// Why there is no complete response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HttpFailure(Option<OutboundFailure>);

impl HttpFailure {
    /// The failure in the contract's terms. `None` if the host supplied an exchange of another kind.
    pub fn kind(&self) -> Option<OutboundFailure> {
        self.0
    }
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Some(OutboundFailure::RefusedByPolicy) => {
                "the connection's policy refuses this call: check the plug's hosts and the connection's `outbound`"
            }
            Some(OutboundFailure::Unreachable) => "the provider cannot be reached",
            Some(OutboundFailure::TimedOut) => "the provider did not answer in time",
            Some(OutboundFailure::TooLarge) => "the provider's answer is too long",
            None => "the operation requested a different effect when it was run again",
        })
    }
}

impl From<HttpFailure> for Failure {
    fn from(failure: HttpFailure) -> Self {
        Failure::Unavailable(failure.to_string())
    }
}

impl From<HttpFailure> for SettingsError {
    fn from(failure: HttpFailure) -> Self {
        SettingsError::Unavailable(failure.to_string())
    }
}
