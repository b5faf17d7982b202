//! Signs and sends a request.

use std::path::Path;
use std::time::Duration;

use cordboard_core::signature_scheme::{Incoming, SignError, sign_route};
use cordboard_core::types::manifest::{Authenticity, Route};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use url::{Host, Url};

use crate::{CliError, files};

use super::target::Address;

/// Maximum size of a body file: more than any receiver accepts.
const MAX_BODY_LEN: u64 = 16 << 20;
/// Bytes of an answer to read.
const MAX_ANSWER_LEN: usize = 64 << 10;
const TIMEOUT: Duration = Duration::from_secs(30);

/// A signed request.
pub(crate) struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The URL to call.
    pub to: Url,
    /// The URL that the signature covers.
    pub signed: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The name of the header that contains the secret itself, if there is one.
    pub secret_header: Option<String>,
    /// The body, as sent.
    pub body: Vec<u8>,
}

/// The answer to a request.
pub(crate) struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body, up to [`MAX_ANSWER_LEN`].
    pub body: Vec<u8>,
    /// Whether the body was truncated.
    pub cut: bool,
}

impl Request {
    /// Signs a request as its route requires. `signature` selects one of several schemes; `now` is in epoch
    /// milliseconds.
    ///
    /// # Errors
    /// Fails if the route has no such scheme, or the request cannot be signed.
    pub fn signed(
        route: &Route,
        signature: Option<&str>,
        secret: Option<&str>,
        address: Address,
        body: Vec<u8>,
        now: u64,
    ) -> Result<Self, CliError> {
        if signature.is_some() && !matches!(route.authenticity, Authenticity::Signatures(_)) {
            return Err(CliError::new("this sender has only one signature: remove --signature"));
        }
        let method = route.methods.first().map_or("POST", String::as_str).to_owned();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(secret) = secret {
            let request = Incoming { method: &method, url: &address.signed, headers: &[], body: &body };
            let added = sign_route(route, signature, secret, &request, now);
            headers.extend(added.map_err(|error| unsigned(route, &error))?);
        }
        let secret_header = match &route.authenticity {
            Authenticity::SharedSecret(header) => Some(header.clone()),
            Authenticity::Signatures(_) | Authenticity::None => None,
        };
        Ok(Self { method, to: address.to, signed: address.signed, headers, secret_header, body })
    }

    /// Sends the request and waits for the answer. Redirects are not followed.
    pub async fn send(&self) -> Result<Answer, CliError> {
        let mut client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT);
        if is_loopback(&self.to) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| self.unanswered(error))?;
        self.send_by(&client).await.map_err(|error| self.unanswered(error))
    }

    /// Sends the request with a client that follows no redirects.
    pub async fn send_by(&self, client: &Client) -> Result<Answer, reqwest::Error> {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = client.request(method, self.to.clone()).body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER_LEN {
                body.truncate(MAX_ANSWER_LEN);
                return Ok(Answer { status, body, cut: true });
            }
        }
        Ok(Answer { status, body, cut: false })
    }

    /// Names only the host, since the URL may contain an ingest key.
    fn unanswered(&self, error: reqwest::Error) -> CliError {
        let (authority, cause) = (self.to.authority(), cause(error));
        CliError::new(format!(
            "no answer from {authority} ({cause}): check that the receiver is running there, or use another address"
        ))
    }
}

/// Returns the innermost cause of an error, which is the informative one, without the URL, which may contain a key.
pub(crate) fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn unsigned(route: &Route, error: &SignError) -> CliError {
    match (&route.authenticity, error) {
        (Authenticity::Signatures(signatures), SignError::NoSuchScheme(_)) => {
            let mut names: Vec<_> = signatures.iter().map(|signature| signature.name.as_str()).collect();
            names.dedup();
            CliError::new(format!("this sender has no such signature: use one of {}", names.join(", ")))
        }
        _ => CliError::new(format!("the request cannot be signed: {error}")),
    }
}

/// Whether a URL points to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Reads a file to send.
pub(super) fn file(path: &Path) -> Result<Vec<u8>, CliError> {
    files::read(path, MAX_BODY_LEN).map_err(|error| {
        let path = path.display().to_string();
        CliError::new(format!("cannot send {} ({error}): correct the path or the file", path.escape_debug()))
    })
}
