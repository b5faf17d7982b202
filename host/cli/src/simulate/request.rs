//! A request, signed and sent.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use cordboard_core::signature_scheme::{SignError, sign_route};
use cordboard_core::types::manifest::{Authenticity, Route};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use url::{Host, Url};

use crate::CliError;

use super::target::Address;

/// The largest body that is read from a file: more than any receiver takes.
const MAX_BODY_LEN: u64 = 16 << 20;
/// As much of an answer is shown, in bytes.
const MAX_ANSWER_LEN: usize = 64 << 10;
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request that can be sent.
pub(crate) struct Request {
    /// In upper case.
    pub method: String,
    /// The address that is called.
    pub to: Url,
    /// The address that is signed.
    pub signed: String,
    /// Name and value.
    pub headers: Vec<(String, String)>,
    /// The header that holds the secret itself, if one does.
    pub secret_header: Option<String>,
    /// As it is sent.
    pub body: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// The beginning of its body.
    pub body: Vec<u8>,
    /// Whether there was more of it.
    pub cut: bool,
}

impl Request {
    /// Signs as the route describes it; `signature` names one of several, `now` is in epoch milliseconds.
    pub fn signed(
        route: &Route,
        signature: Option<&str>,
        secret: Option<&str>,
        address: Address,
        body: Vec<u8>,
        now: u64,
    ) -> Result<Self, CliError> {
        if signature.is_some() && !matches!(route.authenticity, Authenticity::Signatures(_)) {
            return Err(CliError("this sender signs in one way only: leave --signature out".to_owned()));
        }
        let method = route.methods.first().map_or("POST", String::as_str).to_owned();
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(secret) = secret {
            let proof = sign_route(route, signature, secret, &method, &address.signed, &body, &[], now);
            headers.extend(proof.map_err(|error| unsigned(route, &error))?);
        }
        let secret_header = match &route.authenticity {
            Authenticity::SharedSecret(header) => Some(header.clone()),
            Authenticity::Signatures(_) | Authenticity::None => None,
        };
        Ok(Self { method, to: address.to, signed: address.signed, headers, secret_header, body })
    }

    /// Sends it, and waits for the answer. A redirect is an answer too.
    pub async fn send(&self) -> Result<Answer, CliError> {
        let mut client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT);
        if is_loopback(&self.to) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| self.unanswered(error))?;
        self.send_by(&client).await.map_err(|error| self.unanswered(error))
    }

    /// Sends it by a client that follows no redirect.
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

    /// The address may hold an ingest key, so its host will do.
    fn unanswered(&self, error: reqwest::Error) -> CliError {
        let (authority, cause) = (self.to.authority(), cause(error));
        CliError(format!("no answer from {authority} ({cause}): see that the receiver runs there, or name another"))
    }
}

/// The innermost cause is the one that says something; the address, in which a key may stand, is left out.
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
            CliError(format!("this sender has no such signature: name one of {}", names.join(", ")))
        }
        _ => CliError(format!("the request cannot be signed: {error}")),
    }
}

/// Whether an address is this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The bytes of a file.
pub(super) fn file(path: &Path) -> Result<Vec<u8>, CliError> {
    let unreadable =
        |why: &str| CliError(format!("{} cannot be sent: {why}", path.display().to_string().escape_debug()));
    // Opening a pipe would wait for somebody to write into it.
    let is_file = std::fs::metadata(path).map_err(|error| unreadable(&format!("{error}; correct the path")))?.is_file();
    if !is_file {
        return Err(unreadable("it is not a file; name one"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BODY_LEN + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&format!("{error}; correct the path")))?;
    if bytes.len() as u64 > MAX_BODY_LEN {
        return Err(unreadable(&format!("it has more than {MAX_BODY_LEN} bytes; shorten it")));
    }
    Ok(bytes)
}
